package dev.tradewind.cli.bench;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sites as one actuator has them. It can die when it has written down that it goes back: from
 * then on nothing of it gets to a site, not even that its leases are free.
 */
final class Mortal extends ForwardingSites {
    private record Back(Runnable before, boolean dies, CompletableFuture<Long> decided) {}

    private final AtomicReference<Back> back = new AtomicReference<>();
    private volatile boolean dead;

    Mortal(Sites sites) {
        super(sites);
    }

    /**
     * Of the next time that it is decided to go back.
     *
     * @param before what happens right before it is written down
     * @param dies whether it is the last that this actuator does
     * @return when it was, by {@link System#nanoTime}
     */
    CompletableFuture<Long> back(Runnable before, boolean dies) {
        CompletableFuture<Long> decided = new CompletableFuture<>();
        back.set(new Back(before, dies, decided));
        return decided;
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        checkAlive(site);
        return Around.port(
                Cluster.class,
                super.cluster(site),
                (method, args, call) ->
                        method.equals("mark") ? mark(site, (Mark) args[1], call) : call.go());
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        checkAlive(target);
        return super.data(source, target);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        checkAlive(site);
        return super.inflows(site);
    }

    private Object mark(String site, Mark mark, Around.Call call) throws Throwable {
        Back awaited = mark.kind() == Mark.Kind.BACK ? back.getAndSet(null) : null;
        if (awaited == null) {
            return call.go();
        }
        awaited.before().run();
        long at = System.nanoTime();
        Object written = call.go();
        dead = awaited.dies();
        awaited.decided().complete(at);
        checkAlive(site);
        return written;
    }

    private void checkAlive(String site) throws PortException {
        if (dead) {
            throw new PortException(Kind.UNREACHABLE, site, "this actuator is dead");
        }
    }
}
