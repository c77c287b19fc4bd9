package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.port.PortException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Asks sites side by side. Those that are passed over, as the source stands still on the way back,
 * are waited for for a moment only, and one of them that is silent is asked once in a look.
 */
final class Asks {
    private static final long HURRY_MILLIS = 1_000;

    private final Executor executor;
    private final Time time;
    private final Predicate<String> passedOver;

    /** They have not answered in this look. */
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    Asks(Executor executor, Time time, Predicate<String> passedOver) {
        this.executor = executor;
        this.time = time;
        this.passedOver = passedOver;
    }

    /** Another look begins. */
    void again() {
        silent.clear();
    }

    /** How long a look that began then is waited for; the source is heard out. */
    long patience(String site, long began) {
        return passedOver.test(site)
                ? Math.max(0, began + HURRY_MILLIS - time.millis())
                : Long.MAX_VALUE;
    }

    <T> Look<T> ask(String site, Callable<T> body) {
        return passedOver.test(site) ? outright(() -> once(site, body)) : outright(body);
    }

    /** Whoever is passed over. */
    <T> Look<T> outright(Callable<T> body) {
        return Look.begin(executor, body);
    }

    private <T> T once(String site, Callable<T> body) throws Exception {
        if (silent.contains(site)) {
            throw new PortException(PortException.Kind.UNREACHABLE, site, site + " is silent");
        }
        try {
            return body.call();
        } catch (PortException e) {
            silent.add(e.site());
            throw e;
        }
    }
}
