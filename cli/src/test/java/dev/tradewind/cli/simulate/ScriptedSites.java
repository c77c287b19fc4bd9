package dev.tradewind.cli.simulate;

import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Inflows;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import dev.tradewind.sinks.port.Sites;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sites as one process sees them to whom a script happens; it writes down what took effect. */
final class ScriptedSites extends SameSites {
    private static final Set<String> EFFECTS =
            Set.of(
                    "apply",
                    "quiesce",
                    "resume",
                    "restore",
                    "carry",
                    "remove",
                    "prune",
                    "mark",
                    "note",
                    "ensureMirror",
                    "deleteStaleMirror",
                    "reverse",
                    "promote",
                    "failover",
                    "writeOffsets",
                    "exclude",
                    "include");

    private final FaultScript script;
    private final List<String> done = new CopyOnWriteArrayList<>();
    private int left;
    private volatile boolean dead;

    /**
     * @param script null: nothing happens
     */
    ScriptedSites(Sites real, FaultScript script) {
        super(real);
        this.script = script;
        this.left = script == null ? 0 : script.times();
    }

    /** What took effect, in order, each with its site. */
    List<String> done() {
        return List.copyOf(done);
    }

    /** The process is gone: nothing of it takes effect any more. */
    boolean dead() {
        return dead;
    }

    /** How often the script is still to strike. */
    synchronized int left() {
        return left;
    }

    private synchronized boolean strikes(String effect) {
        boolean strikes = left > 0 && effect.equals(script.effect());
        left -= strikes ? 1 : 0;
        return strikes;
    }

    private <T> T around(Class<T> port, String site, T real) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (proxy, method, args) -> call(site, real, method, args)));
    }

    private Object call(String site, Object real, Method method, Object[] args) throws Throwable {
        if (dead) {
            throw new PortException(Kind.UNREACHABLE, site, "this process is gone");
        }
        if (!EFFECTS.contains(method.getName())) {
            return invoke(real, method, args);
        }
        String effect = effect(method, args);
        FaultScript.How how = strikes(effect) ? script.how() : null;
        if (how != null) {
            switch (how) {
                case CALL_LOST -> throw silent(site);
                case LATER -> throw new PortException(Kind.RETRY, site, site + " says: later");
                case REFUSED -> throw new PortException(Kind.REFUSED, site, site + " says: no");
                case TOPICS_TURNED_DOWN -> {
                    Map<String, String> turned = new LinkedHashMap<>();
                    ((List<?>) args[0]).forEach(t -> turned.put(t.toString(), "400 not now"));
                    return turned;
                }
                case DIES_BEFORE -> {
                    dead = true;
                    throw silent(site);
                }
                default -> {}
            }
        }
        Object result = invoke(real, method, args);
        done.add(effect + " at " + site);
        if (how == FaultScript.How.DIES_AFTER) {
            dead = true;
        }
        if (how == FaultScript.How.DIES_AFTER || how == FaultScript.How.ANSWER_LOST) {
            throw silent(site);
        }
        return result;
    }

    private static String effect(Method method, Object[] args) {
        if (method.getName().equals("apply")) {
            return Arrays.asList(args).contains(Mode.STAGED) ? "stage" : "start";
        }
        return method.getName();
    }

    private static PortException silent(String site) {
        return new PortException(Kind.UNREACHABLE, site, site + " gave no answer");
    }

    private static Object invoke(Object real, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public Cluster cluster(String site) throws PortException {
        return around(Cluster.class, site, same.cluster(site));
    }

    @Override
    public DataPlane data(String source, String target) throws PortException {
        return around(DataPlane.class, target, same.data(source, target));
    }

    @Override
    public Inflows inflows(String site) throws PortException {
        return around(Inflows.class, site, same.inflows(site));
    }
}
