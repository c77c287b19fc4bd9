package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Network.Plane;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.PortException.Kind;
import java.util.Set;

/**
 * How one process calls others: calls take time, get lost, are turned down, are done though their
 * answer is lost; and the process can die or stand still before and after each effect.
 */
final class Caller {
    /** What is done at the other end, at one instant. */
    interface Body<T> {
        T run() throws PortException;
    }

    /**
     * A call through a port: several requests, until its time is up.
     *
     * @param site that is called
     * @param until the machine's clock, ms
     */
    record Call(String site, Plane plane, long until) {}

    /**
     * What may be held up for long, where that is, by the first word of the request: all that can
     * come through the window that remains.
     */
    private static final Set<String> HELD_UP_FOR_LONG =
            Set.of("reverse", "promote", "failover", "exclude", "include", "delete", "offsets");

    /** Of these. */
    private static final double HELD_UP_FOR_LONG_RATE = 0.3;

    /** Deletions are rare. */
    private static final double DELETIONS_HELD_UP_RATE = 0.6;

    /** Longer than any request takes by itself. */
    private static final long HELD_UP = 1_000;

    final World world;
    final Machine machine;

    Caller(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
    }

    /** A call to an API server may take half of the time, as the real one does. */
    Call begin(String site, Plane plane) {
        long most = plane == Plane.API ? Plan.CALL_TIMEOUT / 2 : Plan.CALL_TIMEOUT;
        return new Call(site, plane, machine.millis() + most);
    }

    <T> T read(Call call, Body<T> body) throws PortException {
        return request(call, null, body);
    }

    void write(Call call, String what, Body<Void> body) throws PortException {
        request(call, what, body);
    }

    private <T> T request(Call call, String effect, Body<T> body) throws PortException {
        try {
            return attempt(call, effect, body);
        } catch (PortException e) {
            if (e.kind().isTransient()) {
                world.waysBack.failed(machine, call.site());
            }
            throw e;
        }
    }

    private <T> T attempt(Call call, String effect, Body<T> body) throws PortException {
        machine.check();
        Plan plan = world.plan;
        if (machine.millis() > call.until()) {
            throw unreachable(call, "the call took too long");
        }
        if (effect != null) {
            strike(call, effect, "before", plan.crashBefore());
        }
        if (!world.network.reaches(machine.name, call.plane(), call.site())) {
            lose(call);
        }
        // what was sent arrives, whatever becomes of who has sent it
        long sent = world.clockwork.now();
        world.clockwork.spend(Plan.between(world.random, 1, plan.latency()));
        if (effect != null && world.clockwork.now() - sent > HELD_UP) {
            // others came in between, and stood still: it was on its way for longer than a lease
            world.window |= call.plane() == Plane.DATA;
        }
        if (!world.network.reaches(machine.name, call.plane(), call.site())
                || chance(plan.lostCall() / (effect == null ? 10 : 1))) {
            lose(call);
        }
        if (chance(plan.retry() / (effect == null ? 10 : 1))) {
            throw new PortException(Kind.RETRY, call.site(), call.site() + " says: later");
        }
        if (effect != null && plan.window() && chance(0.02)) {
            late(call, effect, body);
        }
        if (effect != null
                && world.lateRequests
                && call.plane() == Plane.DATA
                && HELD_UP_FOR_LONG.contains(kind(effect))
                && chance(
                        kind(effect).equals("delete")
                                ? DELETIONS_HELD_UP_RATE
                                : HELD_UP_FOR_LONG_RATE)) {
            veryLate(call, effect, body);
        }
        T result = body.run();
        if (effect != null) {
            world.tally.count("effects");
            world.tell("%s -> %s: %s", machine.name, call.site(), effect);
            strike(call, effect, "after", plan.crashAfter());
            if (chance(plan.lostAnswer())) {
                world.tally.count("answers lost");
                lose(call);
            }
        }
        world.clockwork.spend(Plan.between(world.random, 0, plan.latency() / 2));
        machine.check();
        if (machine.millis() > call.until() + Plan.CALL_TIMEOUT / 2) {
            throw unreachable(call, call.site() + " did not answer in time");
        }
        return result;
    }

    /** At an effect, the process may die or stand still. */
    private void strike(Call call, String effect, String when, double crash) {
        if (chance(crash)) {
            world.tally.count("crashes at an effect");
            world.tell("%s dies %s %s", machine.name, when, effect);
            machine.die();
        } else if (chance(world.plan.pause())) {
            // between the check of the lease and the sending is the window that remains where a
            // service has no conditions: by itself, in runs that are counted apart
            boolean window = when.equals("before") && call.plane() == Plane.DATA;
            long most = window && !world.plan.window() ? 400 : world.plan.longest();
            world.window |= window && most > 400;
            long pause = Plan.between(world.random, 100, most);
            world.tally.count("pauses at an effect");
            world.tell("%s stands still for %d ms %s %s", machine.name, pause, when, effect);
            machine.pause(world.clockwork.now() + pause);
        }
        machine.check();
    }

    /** It is held up on its way, and done when its caller has long given it up. */
    private <T> void late(Call call, String effect, Body<T> body) throws PortException {
        long millis = Plan.between(world.random, 1_000, 10_000);
        world.tally.count("requests done late");
        world.tell("%s -> %s: %s arrives in %d ms", machine.name, call.site(), effect, millis);
        world.window |= call.plane() == Plane.DATA;
        world.clockwork.in(
                millis,
                () -> {
                    try {
                        body.run();
                        world.tell("%s -> %s: %s, late", machine.name, call.site(), effect);
                    } catch (PortException e) {
                        world.tell("late %s is turned down: %s", effect, e.getMessage());
                    }
                });
        lose(call);
    }

    /**
     * The same for so long that others may have moved the workload away and back meanwhile. Such a
     * run is no other than the rest: what comes of it is to be mended.
     */
    private <T> void veryLate(Call call, String effect, Body<T> body) throws PortException {
        long millis = Plan.between(world.random, 5_000, 60_000);
        world.tally.count("done late: " + kind(effect));
        world.tell("%s -> %s: %s arrives in %d ms", machine.name, call.site(), effect, millis);
        world.onTheirWay++;
        world.clockwork.in(
                millis,
                () -> {
                    world.onTheirWay--;
                    world.late = true;
                    try {
                        body.run();
                        world.tell("%s -> %s: %s, late", machine.name, call.site(), effect);
                    } catch (PortException e) {
                        world.tell("late %s is turned down: %s", effect, e.getMessage());
                    } finally {
                        world.late = false;
                    }
                });
        lose(call);
    }

    private void lose(Call call) throws PortException {
        boolean refused =
                world.network.isDown(call.plane(), call.site()) && world.random.nextBoolean();
        world.clockwork.spend(
                refused
                        ? Plan.between(world.random, 1, 10)
                        : Math.max(0, call.until() - machine.millis()));
        machine.check();
        throw unreachable(call, "no answer from " + call.site());
    }

    private static String kind(String effect) {
        return effect.substring(0, effect.indexOf(' '));
    }

    private boolean chance(double of) {
        return of > 0 && world.faults && world.random.nextDouble() < of;
    }

    private static PortException unreachable(Call call, String why) {
        return new PortException(Kind.UNREACHABLE, call.site(), why);
    }
}
