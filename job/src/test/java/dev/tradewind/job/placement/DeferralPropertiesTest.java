package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome.Status;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/** Deferrable work under readings, forecasts, silence and full sites by chance. */
class DeferralPropertiesTest {
    private static final List<String> SITES = List.of("frankfurt", "oslo", "paris");

    private static int interruptions;
    private static int held;

    private record Due(long earliest, long deadline, long duration) {}

    /**
     * Sites stay, starts succeed in the minute; everything else is chance: each is done by its
     * deadline, none runs before it may, and none is started and stopped without end.
     */
    @Property(tries = 60, seed = "20260302")
    void everyDeadlineIsKept(@ForAll long seed) {
        Random random = new Random(seed);
        Story story =
                new Story(
                        catalog(
                                policy(),
                                SITES.stream()
                                        .map(s -> cores(site(s), 8 + random.nextInt(30)))
                                        .toArray(dev.tradewind.model.catalog.Site[]::new)));
        Map<String, Due> dues = new HashMap<>();
        Map<String, Long> worked = new HashMap<>();
        for (int minute = 0; minute < 36 * 60; minute += 5) {
            if (minute < 12 * 60 && random.nextInt(12) == 0 && dues.size() < 8) {
                submit(story, random, dues);
            }
            if (random.nextInt(8) == 0) {
                news(story, random);
            }
            if (random.nextInt(20) == 0) {
                // a hold keeps work from being interrupted, and from nothing else
                story.detection(
                        random.nextBoolean() ? Detection.Kind.fired : Detection.Kind.cleared,
                        "hold",
                        SITES.get(random.nextInt(SITES.size())),
                        null);
            }
            story.pass(5 * MINUTE);
            story.completeAll();
            finish(story, dues, worked);
        }
        assertThat(story.states.values()).allMatch(s -> s.phase() == Phase.finished);
        Map<String, List<Command>> commands = new HashMap<>();
        story.commands.forEach(
                c -> commands.computeIfAbsent(c.workload(), w -> new ArrayList<>()).add(c));
        dues.forEach(
                (workload, due) -> {
                    List<Command> its = commands.get(workload);
                    assertThat(its.get(0).issuedAt().toEpochMilli())
                            .isBetween(due.earliest, due.deadline - due.duration);
                    assertThat(its).hasSizeLessThan(30);
                });
        assertThat(story.limits.broken).isEmpty();
        interruptions += story.limits.seen.getOrDefault(HardLimits.Why.INTERRUPTED, 0);
        held += story.detections.all().isEmpty() ? 0 : 1;
    }

    /** Were nothing ever interrupted, or held, keeping to the limits would show nothing. */
    @AfterContainer
    static void someWereInterruptedOnTheWay() {
        assertThat(interruptions).isGreaterThan(20);
        assertThat(held).isGreaterThan(5);
    }

    private static void submit(Story story, Random random, Map<String, Due> dues) {
        long duration = (1 + random.nextInt(16)) * HOUR / 4;
        long earliest = story.now() + random.nextInt(4) * HOUR;
        long deadline = earliest + duration + 10 * MINUTE + random.nextInt(16) * HOUR;
        String workload = "shop/w" + dues.size();
        WorkloadSpec spec =
                spec().updatedBy(
                                new WorkloadSpec(
                                        null,
                                        null,
                                        Map.of("cpu", Integer.toString(1 + random.nextInt(8))),
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        new WorkloadSpec.Schedule(
                                                Instant.ofEpochMilli(earliest),
                                                Instant.ofEpochMilli(deadline),
                                                "PT" + duration / MINUTE + "M",
                                                random.nextBoolean()),
                                        new WorkloadSpec.Move(
                                                null,
                                                random.nextBoolean() ? "PT1M" : null,
                                                "0.0" + random.nextInt(9) + " EUR",
                                                random.nextBoolean() ? "PT1H" : null,
                                                null)));
        story.submit(workload, spec);
        dues.put(workload, new Due(earliest, deadline, duration));
    }

    private static void news(Story story, Random random) {
        String name = SITES.get(random.nextInt(SITES.size()));
        if (random.nextBoolean()) {
            story.price(name, random.nextInt(900) - 100);
        } else {
            double[] hourly = new double[1 + random.nextInt(30)];
            for (int i = 0; i < hourly.length; i++) {
                hourly[i] = random.nextInt(900) - 100;
            }
            long hour = Math.floorDiv(story.now(), HOUR) * HOUR;
            story.forecast(name, hour + random.nextInt(5) * HOUR, hourly);
        }
    }

    /** What has run for as long as it takes ends, and no later than its deadline. */
    private static void finish(Story story, Map<String, Due> dues, Map<String, Long> worked) {
        for (String workload : List.copyOf(story.states.keySet())) {
            WorkloadState state = story.state(workload);
            if (state.phase() == Phase.running && state.errand() == null) {
                long done = worked.merge(workload, 5 * MINUTE, Long::sum);
                if (done >= dues.get(workload).duration) {
                    // starts and looks are on a grid of five minutes here
                    assertThat(story.now())
                            .as(workload)
                            .isLessThanOrEqualTo(dues.get(workload).deadline + 15 * MINUTE);
                    story.outcome(workload, Status.finished);
                }
            }
        }
    }
}
