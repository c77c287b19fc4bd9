package dev.tradewind.cli.bench;

import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Sites that can be told to refuse the last act before the point of no return, when the source
 * stands still: nothing leads back from further on.
 */
final class Refusing extends ForwardingSites {
    private final AtomicReference<Runnable> refuses = new AtomicReference<>();

    Refusing(Sites sites) {
        super(sites);
    }

    /**
     * The next time that offsets are written.
     *
     * @param before what happens right before
     */
    void refuseOnce(Runnable before) {
        refuses.set(before);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        return Around.port(
                DataPlane.class,
                super.data(source, target),
                (method, args, call) -> {
                    Runnable before =
                            method.equals("writeOffsets") ? refuses.getAndSet(null) : null;
                    if (before == null) {
                        return call.go();
                    }
                    before.run();
                    throw new PortException(Kind.REFUSED, target, "not now");
                });
    }
}
