package dev.tradewind.cli.simulate;

import java.util.HashMap;
import java.util.Map;

/**
 * Who reaches whom, and who is up. A process and an API server, a process and brokers, the brokers
 * of two sites, a process and the control Kafka: each pair can be cut for a while, and each party
 * can be down.
 */
final class Network {
    /** By which plane a site is reached: its API server, or its brokers with their REST service. */
    enum Plane {
        API,
        DATA
    }

    private final Clockwork clockwork;
    private final Map<String, Long> until = new HashMap<>();

    Network(Clockwork clockwork) {
        this.clockwork = clockwork;
    }

    private boolean off(String what) {
        Long end = until.get(what);
        return end != null && end > clockwork.now();
    }

    void cut(String what, long millis) {
        until.merge(what, clockwork.now() + millis, Math::max);
    }

    void heal() {
        until.clear();
    }

    static String down(Plane plane, String site) {
        return "down " + plane + " " + site;
    }

    static String between(String process, Plane plane, String site) {
        return "cut " + process + " " + plane + " " + site;
    }

    static String between(String site, String other) {
        return "cut " + (site.compareTo(other) < 0 ? site + " " + other : other + " " + site);
    }

    static String control(String process) {
        return "cut " + process + " control";
    }

    /** All that is at a site goes on, and nobody else reaches it, nor it anybody else. */
    static String isolated(String site) {
        return "isolated " + site;
    }

    boolean isIsolated(String site) {
        return off(isolated(site));
    }

    boolean reaches(String process, Plane plane, String site) {
        return !off(down(plane, site))
                && !off(between(process, plane, site))
                && !off(isolated(site));
    }

    boolean isDown(Plane plane, String site) {
        return off(down(plane, site));
    }

    boolean kafkaDown(String site) {
        return isDown(Plane.DATA, site);
    }

    /** The brokers of two sites: both are up, and there is a way. */
    boolean linked(String site, String other) {
        return !kafkaDown(site)
                && !kafkaDown(other)
                && !off(between(site, other))
                && !off(isolated(site))
                && !off(isolated(other));
    }

    boolean reachesControl(String process) {
        return !off(control(process));
    }
}
