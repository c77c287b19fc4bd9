package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.labelled;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.scheduled;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.sized;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random fleets under random events: what must hold whatever comes. */
class PlacementPropertiesTest {
    private static final List<String> SITES = List.of("frankfurt", "oslo", "paris");

    /** Issues again seldom, or nothing else would happen. */
    private static final PlacementConfig PATIENT =
            new PlacementConfig(600_000, 3_600_000, 30_000, 1_800_000, HOUR, 120_000, 64, 100);

    private static final List<String> WORKLOADS =
            List.of("shop/a", "shop/b", "shop/c", "shop/d", "shop/e");

    @Property(tries = 60)
    void whateverComesItKeepsToItsLimits(@ForAll long seed) {
        Random random = new Random(seed);
        Story story = new Story(randomCatalog(random), PATIENT);
        Map<String, Long> epochs = new HashMap<>();
        int checked = 0;
        for (int i = 0; i < 120; i++) {
            Map<String, Command> before = underWay(story);
            Catalog catalog = story.catalog;
            event(story, random);
            somewhere(story);
            for (Command command : story.commands.subList(checked, story.commands.size())) {
                oneAtATime(story, before, command);
                assertThat(command.epoch())
                        .as("epochs only grow, also over a withdrawal")
                        .isGreaterThan(epochs.getOrDefault(command.workload(), 0L));
                epochs.put(command.workload(), command.epoch());
                if (catalog == story.catalog) {
                    allowed(story, command);
                }
            }
            checked = story.commands.size();
            accounts(story);
        }
        for (Decision decision : story.decisions) {
            assertThat(decision.reason()).isNotBlank().doesNotContain("NaN").doesNotContain("null");
            decision.alternatives()
                    .forEach(
                            a -> {
                                if (a.costEurPerHour() != null) {
                                    assertThat(a.costEurPerHour()).isFinite();
                                }
                                if (a.moveCostEur() != null) {
                                    assertThat(a.moveCostEur()).isFinite().isNotNegative();
                                }
                            });
        }
        everyoneEndsSomewhere(story);
    }

    /** What runs does so at a site: only what was never started, or is put away, is at none. */
    private static void somewhere(Story story) {
        assertThat(story.states.values())
                .noneMatch(s -> s.phase() == Phase.running && s.site() == null);
    }

    /** Were the limits never near, keeping to them would show nothing. */
    @Property(tries = 1)
    void theLimitsOfCapacityAreMet() {
        int tight = 0;
        int over = 0;
        for (long seed = 0; seed < 100; seed++) {
            Story story = replay(seed);
            tight += story.tight;
            over += story.overruns.size();
        }
        assertThat(tight).isGreaterThan(50);
        assertThat(over).isPositive();
    }

    @Property(tries = 30)
    void theSameEventsLeadToTheSame(@ForAll long seed) {
        Story one = replay(seed);
        Story other = replay(seed);
        assertThat(one.commands).isEqualTo(other.commands);
        assertThat(one.decisions).isEqualTo(other.decisions);
        assertThat(one.states).isEqualTo(other.states);
    }

    private static Story replay(long seed) {
        Random random = new Random(seed);
        Story story = new Story(randomCatalog(random), PATIENT);
        for (int i = 0; i < 60; i++) {
            event(story, random);
        }
        return story;
    }

    private static Map<String, Command> underWay(Story story) {
        Map<String, Command> commands = new HashMap<>();
        story.states.forEach(
                (workload, state) -> {
                    if (state.errand() != null) {
                        commands.put(workload, state.errand().command());
                    }
                });
        return commands;
    }

    /** A second one comes only when the first has ended, and then the first isn't under way. */
    private static void oneAtATime(Story story, Map<String, Command> before, Command command) {
        WorkloadState state = story.state(command.workload());
        assertThat(state.errand().command()).isEqualTo(command);
        Command former = before.get(command.workload());
        if (former != null) {
            assertThat(story.ended).contains(former.commandId());
        }
    }

    private static void allowed(Story story, Command command) {
        if (command.action() != Command.Action.run || command.to().equals(command.from())) {
            return;
        }
        Site site = story.catalog.site(command.to()).orElse(null);
        if (site == null || story.unfinished.contains(command.commandId())) {
            return;
        }
        assertThat(site.drain()).isFalse();
        if (command.spec().sites() != null) {
            assertThat(site.labels()).containsEntry("jurisdiction", "gdpr");
        }
    }

    /**
     * No resource of a site is exceeded by a choice, unless a deadline left none. A catalog that
     * takes room away, or an update that asks for more where it runs, is no choice of ours.
     */
    private static void accounts(Story story) {
        assertThat(story.overruns)
                .allMatch(
                        o ->
                                o.contains(
                                        "its deadline allows no more waiting, though no site has room"));
        int moving = 0;
        for (WorkloadState state : story.states.values()) {
            Command command = state.errand() == null ? null : state.errand().command();
            if (command != null
                    && command.from() != null
                    && command.to() != null
                    && !command.to().equals(command.from())) {
                moving++;
            }
        }
        assertThat(story.fleet.movesInFlight()).isEqualTo(moving);
    }

    /**
     * With sites that are open, feeds that are alive and commands that succeed, all come to rest.
     */
    private static void everyoneEndsSomewhere(Story story) {
        for (Detection active : story.detections.all()) {
            story.cleared(active.ruleId(), active.site());
        }
        story.catalog(catalog(policy(), site("frankfurt"), site("oslo"), site("paris")));
        for (int hour = 0; hour < 12; hour++) {
            SITES.forEach(s -> story.price(s, 50));
            for (int i = 0; i < 4; i++) {
                story.completeAll();
            }
            story.pass(HOUR);
        }
        story.completeAll();
        assertThat(story.states.values())
                .allMatch(
                        s ->
                                s.errand() == null
                                        && (s.phase() == Phase.running
                                                || s.phase() == Phase.suspended
                                                || s.phase() == Phase.finished
                                                || s.phase() == Phase.failed));
    }

    private static void event(Story story, Random random) {
        String workload = WORKLOADS.get(random.nextInt(WORKLOADS.size()));
        switch (random.nextInt(10)) {
            case 0, 1 -> story.submit(workload, randomSpec(story, random));
            case 2 -> request(story, random, workload);
            case 3, 4, 5 -> outcome(story, random);
            case 6 ->
                    story.price(SITES.get(random.nextInt(SITES.size())), random.nextInt(900) - 100);
            case 7 -> story.pass((long) (random.nextDouble() * 2 * HOUR) + MINUTE);
            case 8 ->
                    story.detection(
                            random.nextBoolean() ? Detection.Kind.fired : Detection.Kind.cleared,
                            List.of("dear", "storm", "hold", "release").get(random.nextInt(4)),
                            SITES.get(random.nextInt(SITES.size())),
                            random.nextBoolean() ? null : HOUR);
            default -> {
                if (random.nextInt(3) == 0) {
                    story.catalog(randomCatalog(random));
                }
            }
        }
    }

    private static void request(Story story, Random random, String workload) {
        Action action = Action.values()[random.nextInt(Action.values().length)];
        boolean site = action == Action.pin || action == Action.move;
        boolean spec = action == Action.submit || action == Action.update;
        story.request(
                action,
                workload,
                spec ? randomSpec(story, random) : null,
                site ? SITES.get(random.nextInt(SITES.size())) : null,
                action == Action.pin && random.nextBoolean()
                        ? Instant.ofEpochMilli(story.now() + HOUR)
                        : null);
    }

    private static void outcome(Story story, Random random) {
        List<String> busy = List.copyOf(underWay(story).keySet().stream().sorted().toList());
        if (!busy.isEmpty()) {
            Status[] likely = {
                Status.accepted,
                Status.completed,
                Status.completed,
                Status.completed,
                Status.rolledBack,
                Status.refused,
                Status.failed,
                Status.retrying
            };
            story.outcome(
                    busy.get(random.nextInt(busy.size())), likely[random.nextInt(likely.length)]);
        }
    }

    private static WorkloadSpec randomSpec(Story story, Random random) {
        WorkloadSpec spec =
                random.nextInt(3) == 0
                        ? scheduled(
                                null,
                                Instant.ofEpochMilli(story.now() + (1 + random.nextInt(8)) * HOUR),
                                "PT1H")
                        : spec();
        spec =
                spec.updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                demand(random),
                                (1 + random.nextInt(6)) * 0.5 + " kW",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
        return random.nextBoolean()
                ? spec
                : spec.updatedBy(Story.within("site.labels.jurisdiction == 'gdpr'"));
    }

    private static Map<String, String> demand(Random random) {
        String cpu = Integer.toString(1 + random.nextInt(12));
        return random.nextInt(4) == 0
                ? Map.of("cpu", cpu)
                : Map.of("cpu", cpu, "memory", (1 + random.nextInt(16)) + "Gi");
    }

    private static Catalog randomCatalog(Random random) {
        Set<Site> sites = new HashSet<>();
        for (String name : SITES) {
            Site site =
                    sized(
                            site(name),
                            8 + random.nextInt(30),
                            random.nextInt(4) == 0
                                    ? null
                                    : Double.valueOf((8 + random.nextInt(32)) * 0x1p30),
                            random.nextInt(4) == 0
                                    ? null
                                    : Double.valueOf(2_000 + random.nextInt(6_000)));
            if (random.nextInt(4) == 0) {
                site = labelled(site, Map.of("jurisdiction", "other"));
            }
            if (random.nextInt(6) == 0) {
                site = drained(site);
            }
            sites.add(site);
        }
        return catalog(
                policy(random.nextInt(8) == 0, false, 1 + random.nextInt(3), 1 + random.nextInt(2)),
                sites.stream().sorted((a, b) -> a.name().compareTo(b.name())).toArray(Site[]::new));
    }
}
