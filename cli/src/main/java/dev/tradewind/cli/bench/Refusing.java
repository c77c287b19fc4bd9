package dev.tradewind.cli.bench;

import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.ForwardingSites;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sites that can be told to refuse the last act before the point of no return, when the source
 * stands still: nothing leads back from further on.
 */
final class Refusing extends ForwardingSites {
    private final AtomicBoolean refuses = new AtomicBoolean();

    Refusing(Sites sites) {
        super(sites);
    }

    /** The next time that offsets are written. */
    void refuseOnce() {
        refuses.set(true);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        DataPlane real = super.data(source, target);
        return (DataPlane)
                Proxy.newProxyInstance(
                        DataPlane.class.getClassLoader(),
                        new Class<?>[] {DataPlane.class},
                        (proxy, method, args) -> {
                            if (method.getName().equals("writeOffsets")
                                    && refuses.compareAndSet(true, false)) {
                                throw new PortException(Kind.REFUSED, target, "not now");
                            }
                            try {
                                return method.invoke(real, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
