package dev.tradewind.cli.simulate;

import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.sinks.actuator.Actuator;
import dev.tradewind.sinks.actuator.ActuatorConfig;
import dev.tradewind.sinks.actuator.ActuatorMetrics;
import dev.tradewind.sinks.actuator.OutcomePublisher;
import dev.tradewind.sinks.actuator.Surroundings;
import dev.tradewind.sinks.handover.Deadlines;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** The simulation's model, where nothing goes wrong by itself; in virtual time. */
final class ModelGround implements Ground {
    private static final long LONGEST = 600_000;
    private static final long STEP = 50;

    private final World world;
    private final Plan plan;
    private int processes;

    ModelGround() {
        this(List.of(HOME, AWAY), false);
    }

    /**
     * @param lost a site may be lost: so links make mirrors of all topics at every site, and the
     *     application goes on after the last record that it wrote
     */
    ModelGround(List<String> sites, boolean lost) {
        plan =
                new Plan(
                        sites,
                        HOME,
                        List.of(WORKLOAD),
                        2,
                        true,
                        !lost,
                        true,
                        false,
                        1,
                        20,
                        200,
                        200,
                        100,
                        100,
                        5,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        20,
                        0,
                        0,
                        0,
                        1_000,
                        false,
                        lost,
                        false,
                        0,
                        lost);
        world = new World(plan, new Random(1), null);
        world.faults = false;
    }

    /** Nor does it reach anybody; what runs there goes on. */
    @Override
    public void lose(String site) {
        world.network.cut(Network.isolated(site), LONGEST);
    }

    @Override
    public void heal(String site) {
        world.network.heal();
    }

    @Override
    public void reversesLate(String at, String mirror) throws PortException {
        world.late = true;
        try {
            sites().data(mirror, at).reverse(List.of(OUTPUT));
        } finally {
            world.late = false;
        }
        Ground.super.reversesLate(at, mirror);
    }

    /** A person resets the group, while the application is stopped. */
    void resets(String at, long offset) {
        for (int p = 0; p < plan.partitions(); p++) {
            world.site(at).kafka.commit(World.group(WORKLOAD), World.INPUT, p, offset);
        }
    }

    void pass(long millis) {
        world.clockwork.spend(millis);
    }

    private Machine process() {
        return new Machine("process-" + ++processes, world.clockwork, 1, 0, 0);
    }

    @Override
    public Sites sites() {
        return new ModelledSites(new Caller(world, process()));
    }

    @Override
    public Actuator actuator(Sites sites, OutcomePublisher publisher) {
        Machine process = process();
        return new Actuator(
                sites,
                publisher,
                new ActuatorConfig(
                        process.name, 4, 100, 500, 15_000, 50, 2_000, Deadlines.DEFAULT, false),
                new ActuatorMetrics(),
                new Surroundings(
                        process,
                        new Loop(process, world.clockwork),
                        new Loop.AtOnce(),
                        Loop.AtOnce::new,
                        "x",
                        new Random(processes),
                        Handover::next));
    }

    @Override
    public WorkloadSpec spec() {
        return Script.spec(plan, WORKLOAD, null, 1);
    }

    @Override
    public void until(String what, BooleanSupplier so) {
        long end = world.clockwork.now() + LONGEST;
        while (!so.getAsBoolean()) {
            if (world.clockwork.now() > end) {
                throw new AssertionError("the model: not in time: " + what);
            }
            world.clockwork.spend(STEP);
        }
    }

    @Override
    public String audit(String at) {
        world.feeding = false;
        Topic in = world.site(HOME).kafka.topics.get(World.INPUT);
        Topic out = world.site(at).kafka.topics.get(World.output(WORKLOAD));
        until("all records are processed", () -> out.equalTo(in));
        int wrong = 0;
        for (Log log : out.partitions) {
            for (int i = 0; i < log.size(); i++) {
                wrong += log.get(i) == i ? 0 : 1;
            }
        }
        return wrong == 0 && world.violations.isEmpty()
                ? "each record once and in order"
                : wrong + " records are not what they should be; " + world.violations;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
