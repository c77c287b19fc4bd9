package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.Noted;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import java.util.function.UnaryOperator;

/** Sites with something put around each cluster. */
final class Around extends SameSites {
    private final UnaryOperator<Cluster> cluster;

    Around(Sites sites, UnaryOperator<Cluster> cluster) {
        super(sites);
        this.cluster = cluster;
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        return cluster.apply(super.cluster(site));
    }

    /** Whoever is handed this has nothing else to close. */
    @Override
    public void close() {
        same.close();
    }

    /** A cluster that does as another does. */
    static class Same implements Cluster {
        final Cluster same;

        Same(Cluster same) {
            this.same = same;
        }

        @Override
        public String site() {
            return same.site();
        }

        @Override
        public AppState observe(String workload, List<String> manifests) throws PortException {
            return same.observe(workload, manifests);
        }

        @Override
        public List<String> preflight(String workload, List<String> manifests, long epoch)
                throws PortException {
            return same.preflight(workload, manifests, epoch);
        }

        @Override
        public void apply(String workload, List<String> manifests, long epoch, Mode mode)
                throws PortException {
            same.apply(workload, manifests, epoch(workload, epoch), mode);
        }

        @Override
        public void applyAnew(String workload, List<String> manifests, long epoch, Mode mode)
                throws PortException {
            same.applyAnew(workload, manifests, epoch(workload, epoch), mode);
        }

        @Override
        public void noteEnd(String workload, long epoch) throws PortException {
            same.noteEnd(workload, epoch(workload, epoch));
        }

        @Override
        public void carryEnded(String workload, long epoch, List<String> ended)
                throws PortException {
            same.carryEnded(workload, epoch(workload, epoch), ended);
        }

        @Override
        public void quiesce(String workload, long epoch) throws PortException {
            same.quiesce(workload, epoch(workload, epoch));
        }

        @Override
        public void resume(String workload, long epoch) throws PortException {
            same.resume(workload, epoch(workload, epoch));
        }

        @Override
        public void remove(String workload, long epoch) throws PortException {
            same.remove(workload, epoch(workload, epoch));
        }

        @Override
        public void prune(String workload, List<String> manifests, long epoch)
                throws PortException {
            same.prune(workload, manifests, epoch(workload, epoch));
        }

        @Override
        public void note(String workload, long epoch, Noted noted) throws PortException {
            same.note(workload, epoch(workload, epoch), noted);
        }

        @Override
        public void mark(String workload, Mark mark) throws PortException {
            same.mark(workload, mark);
        }

        @Override
        public boolean lease(String workload, String holder, long termMillis) throws PortException {
            return same.lease(workload, holder, termMillis);
        }

        @Override
        public void release(String workload, String holder) throws PortException {
            same.release(workload, holder);
        }

        /** By which epoch it writes. */
        long epoch(String workload, long epoch) throws PortException {
            return epoch;
        }
    }
}
