package dev.tradewind.cli.bench;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sites that can be told to refuse the last act before the point of no return, when the source
 * stands still: nothing leads back from further on.
 */
final class Refusing implements Sites {
    private final Sites sites;
    private final AtomicBoolean refuses = new AtomicBoolean();

    Refusing(Sites sites) {
        this.sites = sites;
    }

    /** The next time that offsets are written. */
    void refuseOnce() {
        refuses.set(true);
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        DataPlane real = sites.data(source, target);
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

    @Override
    public Set<String> names() {
        return sites.names();
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        return sites.cluster(site);
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        return sites.inflows(site);
    }

    @Override
    public Map<String, String> placeholders(String site) throws PortException {
        return sites.placeholders(site);
    }

    @Override
    public List<String> homes(List<String> topics) throws PortException {
        return sites.homes(topics);
    }

    @Override
    public long callTimeoutMillis() {
        return sites.callTimeoutMillis();
    }

    @Override
    public void close() {
        sites.close();
    }
}
