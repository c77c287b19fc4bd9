package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What rules mean to placement: each of their actions as a story in time. */
class RulesStoryTest {
    private static final String ORDERS = "shop/orders";
    private static final String OTHER = "shop/other";

    @Test
    void aDetectionMakesItsWorkloadsReconsiderAtOnceBeyondTheRhythmOfTheirPolicy() {
        Story story = new Story(catalog(every(6 * HOUR), site("frankfurt"), site("oslo")));
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.running("shop/other", spec());
        story.pass(7 * MINUTE);
        pricesUntilLater(story, 500, 60);
        // nobody looks for six hours
        assertThat(story.commands).hasSize(2);
        story.fired("dear", "frankfurt");
        assertThat(story.commands).hasSize(4);
        assertThat(story.decisions.subList(2, 4))
                .allSatisfy(
                        d -> {
                            assertThat(d.verdict()).isEqualTo(Verdict.move);
                            assertThat(d.at()).isEqualTo(Instant.ofEpochMilli(NOON + 7 * MINUTE));
                            assertThat(d.ruleId()).isEqualTo("dear");
                            assertThat(d.ruleVersion()).isEqualTo("dear-v1");
                        });
    }

    @Test
    void withNeverOnlyRulesAndRequestsWakeThePlanner() {
        Story story = new Story(catalog(every(null), site("frankfurt"), site("oslo")));
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        for (int hour = 0; hour < 30; hour++) {
            pricesUntilLater(story, 500, 60);
            story.pass(HOUR);
        }
        assertThat(story.commands).as("time alone moves nothing").hasSize(1);
        pricesUntilLater(story, 500, 60);
        story.fired("dear", "frankfurt");
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        story.completeAll();
        story.cleared("dear", "frankfurt");
        story.pass(3 * HOUR);
        prices(story, 50, 60);
        assertThat(story.request(Action.move, ORDERS, null, "frankfurt", null).verdict())
                .isEqualTo(Verdict.move);
        assertThat(story.lastCommand().to()).isEqualTo("frankfurt");
    }

    /** Twelve, four at once, of which each takes a minute. */
    @Test
    void anEvacuationEmptiesASiteWithinItsDeadline() {
        for (Long within : new Long[] {null, 10 * MINUTE, 2 * HOUR}) {
            Story story =
                    new Story(catalog(every(HOUR), site("frankfurt"), site("oslo"), site("paris")));
            prices(story, 50, 60);
            story.price("paris", 60);
            List<String> all = IntStream.range(0, 12).mapToObj(i -> "shop/w" + i).toList();
            all.forEach(workload -> story.running(workload, spec()));
            // to stay for as long as it may would cost least
            for (String site : List.of("frankfurt", "oslo", "paris")) {
                double price = site.equals("frankfurt") ? 10 : 200;
                story.forecast(site, NOON, price, price, price, price);
                story.price(site, price);
            }
            story.pass(MINUTE);
            story.detection(Detection.Kind.fired, "storm", "frankfurt", within);
            long deadline = story.now() + (within == null ? 3 * MINUTE : within);
            while (story.now() < deadline) {
                story.pass(MINUTE);
                story.completeAll();
            }
            assertThat(all)
                    .as("within %s", within == null ? "no time" : Duration.ofMillis(within))
                    .noneMatch(workload -> "frankfurt".equals(story.state(workload).site()));
            assertThat(story.overruns).isEmpty();
            if (Long.valueOf(2 * HOUR).equals(within)) {
                assertThat(story.decisions)
                        .as("and not sooner than it has to")
                        .filteredOn(d -> d.verdict() == Verdict.delayed)
                        .isNotEmpty()
                        .allMatch(d -> d.notBefore().isAfter(Instant.ofEpochMilli(NOON + HOUR)));
            }
        }
    }

    @Test
    void aHoldFreezesAndItsEndOrAReleaseLiftsAtOnce() {
        for (boolean released : new boolean[] {false, true}) {
            Story story = new Story(catalog(every(null), site("frankfurt"), site("oslo")));
            prices(story, 50, 60);
            story.running(ORDERS, spec());
            story.pass(HOUR);
            story.fired("hold", "frankfurt");
            pricesUntilLater(story, 500, 60);
            story.fired("dear", "frankfurt");
            assertThat(story.lastDecision())
                    .returns(Verdict.stay, Decision::verdict)
                    .returns("dear", Decision::ruleId);
            assertThat(story.lastDecision().reason())
                    .contains("it would pay to move to oslo, but it stays: rule hold holds it");
            story.pass(30 * MINUTE);
            assertThat(story.commands).hasSize(1);
            if (released) {
                story.fired("release", "frankfurt");
            } else {
                story.cleared("hold", "frankfurt");
            }
            assertThat(story.lastCommand().to()).isEqualTo("oslo");
            assertThat(story.lastDecision().at())
                    .isEqualTo(Instant.ofEpochMilli(NOON + HOUR + 30 * MINUTE));
        }
    }

    /** Of two that are alike the rule selects one. */
    @Test
    void aRuleAsksItOfTheWorkloadsThatItSelectsAlone() {
        String orders = "workload.name == 'orders'";
        String other = "workload.name == 'other'";
        for (String rule : List.of("dear", "storm")) {
            Story story = twoInFrankfurt();
            pricesUntilLater(story, 500, 60);
            story.detection(Detection.Kind.fired, rule, "frankfurt", null, orders);
            story.pass(10 * MINUTE);
            assertThat(moved(story)).as(rule).containsExactly(ORDERS);
        }
        Story story = twoInFrankfurt();
        story.detection(Detection.Kind.fired, "hold", "frankfurt", null, orders);
        pricesUntilLater(story, 500, 60);
        story.fired("dear", "frankfurt");
        assertThat(moved(story)).as("of which one is held").containsExactly(OTHER);
        story.detection(Detection.Kind.fired, "release", "frankfurt", null, other);
        story.detection(Detection.Kind.cleared, "release", "frankfurt", null, other);
        assertThat(moved(story)).as("another one's release").containsExactly(OTHER);
        story.detection(Detection.Kind.fired, "release", "frankfurt", null, orders);
        assertThat(moved(story)).containsExactly(OTHER, ORDERS);
    }

    /** It is in the topic of detections, and that is all: here though a move would pay. */
    @Test
    void notifyTellsAndAsksForNothing() {
        Story story = twoInFrankfurt();
        pricesUntilLater(story, 500, 60);
        int before = story.decisions.size();
        story.fired("told", "frankfurt");
        story.pass(HOUR);
        story.cleared("told", "frankfurt");
        assertThat(moved(story)).isEmpty();
        assertThat(story.decisions).hasSize(before);
        story.fired("dear", "frankfurt");
        assertThat(moved(story)).hasSize(2);
    }

    /** What a person asked for is done though a rule holds: a hold is about choice. */
    @Test
    void aHoldDoesNotStandAgainstARequestOrAnEvacuation() {
        Story story = new Story(catalog(every(HOUR), site("frankfurt"), site("oslo")));
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.running("shop/other", spec());
        story.pass(HOUR);
        story.fired("hold", "frankfurt");
        assertThat(story.request(Action.move, ORDERS, null, "oslo", null).verdict())
                .isEqualTo(Verdict.move);
        story.completeAll();
        story.fired("storm", "frankfurt");
        assertThat(story.lastCommand())
                .returns("shop/other", c -> c.workload())
                .returns("oslo", c -> c.to());
    }

    /** It is a little dearer in oslo, and only rules and requests wake the planner. */
    private static Story twoInFrankfurt() {
        Story story = new Story(catalog(every(null), site("frankfurt"), site("oslo")));
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.running(OTHER, spec());
        story.pass(HOUR);
        return story;
    }

    /** Those that were sent to oslo, in order. */
    private static List<String> moved(Story story) {
        return story.commands.stream()
                .filter(command -> "oslo".equals(command.to()))
                .map(Command::workload)
                .toList();
    }

    private static void prices(Story story, double frankfurt, double oslo) {
        story.price("frankfurt", frankfurt);
        story.price("oslo", oslo);
    }

    /** And it is known that they last. */
    private static void pricesUntilLater(Story story, double frankfurt, double oslo) {
        long next = story.now() / HOUR * HOUR + HOUR;
        story.forecast("frankfurt", next, frankfurt, frankfurt, frankfurt, frankfurt);
        story.forecast("oslo", next, oslo, oslo, oslo, oslo);
        prices(story, frankfurt, oslo);
    }

    private static Catalog catalog(Policy policy, Site... sites) {
        return new Catalog(
                "rules " + policy.replanEveryMillis(),
                List.of(sites),
                List.of(policy),
                List.of(
                        Story.rule("dear", Rule.Action.RECONSIDER),
                        Story.rule("storm", Rule.Action.EVACUATE),
                        Story.rule("hold", Rule.Action.HOLD),
                        Story.rule("release", Rule.Action.RELEASE),
                        Story.rule("told", Rule.Action.NOTIFY)));
    }

    private static Policy every(Long millis) {
        Policy p = policy();
        return new Policy(
                p.name(),
                p.workloads(),
                p.priority(),
                p.priceMultiplier(),
                p.carbonPriceEurPerTonne(),
                p.horizonMillis(),
                millis,
                p.staleAfterMillis(),
                0,
                20,
                4,
                p.lostSiteAfterMillis(),
                p.lostSite(),
                p.riskAccepted(),
                p.freeze(),
                p.namespaces(),
                p.kinds(),
                p.podSecurity(),
                p.serviceAccounts(),
                p.secrets(),
                p.rebuildMirrors(),
                p.dryRun());
    }
}
