package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the model's clusters don't have and real ones do: a workload leaves a savepoint where it
 * stops, and may go on from another; an update may not get ready and is written over by what was
 * there before; objects are left over. To be put around the clusters of one run.
 */
final class Richer {
    /**
     * What was applied last, to run.
     *
     * @param before what that was written over; null: nothing that ran, or it is in force again
     */
    private record Applied(long epoch, List<String> manifests, List<String> before) {}

    private record Carried(long epoch, String savepoint) {}

    private final boolean savepoints;
    private final boolean misleads;
    private final Map<String, Applied> applied = new HashMap<>();
    private final Map<String, Carried> carried = new HashMap<>();

    /**
     * @param savepoints it leaves one where it stops
     * @param misleads where it goes on from one, it is now and then another
     */
    Richer(boolean savepoints, boolean misleads) {
        this.savepoints = savepoints;
        this.misleads = misleads;
    }

    Cluster around(Cluster same) {
        return new Rich(same);
    }

    /** Each other revision needs no ConfigMap, each third has an image that nobody finds. */
    private static List<String> wanted(List<String> manifests) {
        return manifests.stream()
                .filter(m -> !(m.contains("\"ConfigMap\"") && m.matches(".*\"[2468]\".*")))
                .map(m -> m.replaceAll("app:[36]\"", "missing-image\""))
                .toList();
    }

    private final class Rich extends Around.Same {
        Rich(Cluster same) {
            super(same);
        }

        private String here(String workload) {
            return workload + " at " + site();
        }

        @Override
        public AppState observe(String workload, List<String> manifests) throws PortException {
            AppState a = same.observe(workload, wanted(manifests));
            Applied last = applied.get(here(workload));
            Carried state = carried.get(here(workload));
            boolean restorable =
                    last != null && last.epoch == a.epoch() && last.before != null && a.exists();
            String savepoint =
                    state != null && state.epoch == a.epoch()
                            ? state.savepoint
                            : savepoints && a.mode() == Mode.STOPPED && a.stopped()
                                    ? here(workload) + " " + a.epoch()
                                    : null;
            boolean misled =
                    misleads
                            && a.epoch() % 3 == 0
                            && a.podsPresent() > 0
                            && a.mode() == Mode.RUNNING;
            return new AppState(
                    a.exists(),
                    a.epoch(),
                    a.appliedEpoch(),
                    a.mode(),
                    a.desired(),
                    a.podsPresent(),
                    a.podsReady(),
                    a.settled(),
                    a.ready() && !misled,
                    a.job(),
                    a.leftovers(),
                    a.mark(),
                    a.problem(),
                    savepoint,
                    restorable,
                    misled,
                    a.noted(),
                    a.ended());
        }

        @Override
        public void apply(String workload, List<String> manifests, long epoch, Mode mode)
                throws PortException {
            applies(workload, manifests, epoch, mode);
            same.apply(workload, wanted(manifests), epoch, mode);
        }

        @Override
        public void applyAnew(String workload, List<String> manifests, long epoch, Mode mode)
                throws PortException {
            applies(workload, manifests, epoch, mode);
            same.applyAnew(workload, wanted(manifests), epoch, mode);
        }

        private void applies(String workload, List<String> manifests, long epoch, Mode mode)
                throws PortException {
            Applied last = applied.get(here(workload));
            if (mode == Mode.RUNNING && (last == null || last.epoch < epoch)) {
                boolean ran = same.observe(workload, List.of()).mode() == Mode.RUNNING;
                applied.put(
                        here(workload),
                        new Applied(epoch, manifests, last != null && ran ? last.manifests : null));
            }
        }

        @Override
        public void restore(String workload, long epoch) throws PortException {
            Applied last = applied.get(here(workload));
            if (last == null || last.before == null) {
                throw new PortException(PortException.Kind.REFUSED, site(), "nothing is known");
            }
            // the model makes nothing by an epoch that was given up: its pods stay as they are
            applied.put(here(workload), new Applied(epoch, last.before, null));
        }

        @Override
        public void carry(String workload, long epoch, String savepoint) {
            carried.put(here(workload), new Carried(epoch, savepoint));
        }

        @Override
        public void prune(String workload, List<String> manifests, long epoch)
                throws PortException {
            same.prune(workload, wanted(manifests), epoch);
        }
    }
}
