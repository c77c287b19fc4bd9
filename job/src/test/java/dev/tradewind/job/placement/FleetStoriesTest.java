package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.drained;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tradewind.job.plan.fleet.FleetSettings;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Workloads of 8 cores each, more of them than the cheap site takes. */
class FleetStoriesTest {
    private static final int WORKLOADS = 14;

    /** Oslo has room for six, the reserve left free. */
    private static Catalog small(boolean drain) {
        return catalog(
                policy(),
                drain ? drained(cores(site("frankfurt"), 200)) : cores(site("frankfurt"), 200),
                cores(site("oslo"), 50),
                cores(site("paris"), 200));
    }

    private static WorkloadSpec draws(String power) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null, null, null, power, null, null, null, null, null, null, null));
    }

    /** All start at Frankfurt, the only site whose cost is known; then oslo turns out cheap. */
    private static Story crowd() {
        Story story = new Story(small(false));
        story.price("frankfurt", 100);
        story.price("oslo", 300);
        story.price("paris", 300);
        for (int i = 0; i < WORKLOADS; i++) {
            story.running(name(i), draws((1_000 + 100 * i) + " W"));
        }
        assertThat(story.states.values()).allMatch(s -> s.site().equals("frankfurt"));
        story.until(NOON + HOUR);
        story.price("frankfurt", 300);
        story.price("oslo", 10);
        story.price("paris", 290);
        return story;
    }

    private static String name(int i) {
        return String.format("shop/w%02d", i);
    }

    private static void settle(Story story) {
        for (int i = 0; i < 2 * WORKLOADS; i++) {
            story.completeAll();
        }
    }

    @Test
    void thoseGetTheSlotsOfACheapSiteToWhomTheyAreWorthMost() {
        Story story = crowd();
        story.pass(20 * MINUTE);
        assertThat(story.fleet.planning().contended()).isTrue();
        assertThat(story.fleet.movesInFlight()).as("and no more at once").isEqualTo(4);
        settle(story);
        for (int i = 0; i < WORKLOADS; i++) {
            boolean draws = i >= WORKLOADS - 6;
            assertThat(story.state(name(i)).site())
                    .as(name(i))
                    .isEqualTo(draws ? "oslo" : "frankfurt");
        }
        assertThat(story.lastCommand().to()).isEqualTo("oslo");
        assertThat(story.decisions)
                .filteredOn(d -> d.verdict() == Verdict.move)
                .hasSize(6)
                .allMatch(d -> d.reason().contains("the fleet's plan"));
        assertThat(story.fleet.planning().gapPercent()).isLessThan(1);
    }

    /** All are alike, so that none would outbid the price: the plan says who goes all the same. */
    @Test
    void aRuleThatAsksKeepsNobodyFromTheSlotThatThePlanGives() {
        Story story = new Story(small(false));
        story.price("frankfurt", 100);
        story.price("oslo", 300);
        story.price("paris", 300);
        for (int i = 0; i < WORKLOADS; i++) {
            story.running(name(i), spec());
        }
        story.until(NOON + HOUR);
        story.price("frankfurt", 300);
        story.price("oslo", 10);
        story.price("paris", 290);
        story.fired("dear", "frankfurt");
        story.pass(20 * MINUTE);
        settle(story);
        assertThat(story.states.values()).filteredOn(s -> s.site().equals("oslo")).hasSize(6);
    }

    @Test
    void aPriceTellsWhyOneStays() {
        Story story = crowd();
        story.pass(20 * MINUTE);
        settle(story);
        story.fired("dear", "frankfurt");
        Decision decision =
                story.decisions.stream()
                        .filter(d -> d.workload().equals(name(0)))
                        .reduce((a, b) -> b)
                        .orElseThrow();
        assertThat(decision.verdict()).isEqualTo(Verdict.stay);
        assertThat(decision.reason())
                .startsWith("it stays at frankfurt instead of oslo: a slot there costs ")
                .contains("EUR for each core more, being there is worth ")
                .contains("the price was set by workload shop/w");
        // the same price is told beside what the sites cost
        assertThat(decision.alternatives())
                .extracting(Decision.Alternative::site, Decision.Alternative::slotEur)
                .containsExactly(
                        tuple("frankfurt", 0.0),
                        tuple("oslo", slotEur(story, "oslo")),
                        tuple("paris", 0.0));
        assertThat(slotEur(story, "oslo")).isPositive();
    }

    private static double slotEur(Story story, String site) {
        WorkloadState state = story.state(name(0));
        return story.fleet.planning().slotEur(story.core.facts(story.world(), state), site);
    }

    /** And as long as all have room where they like to be, a slot has no price. */
    @Test
    void whereNobodyBidsASlotHasNoPrice() {
        Story story = new Story(small(false));
        story.price("frankfurt", 100);
        story.price("oslo", 300);
        story.price("paris", 300);
        assertThat(story.submit(name(0), draws("1 kW")).alternatives())
                .isNotEmpty()
                .extracting(Decision.Alternative::slotEur)
                .containsOnlyNulls();
    }

    @Test
    void aNewcomerBidsWithTheLastPrices() {
        Story story = crowd();
        story.pass(20 * MINUTE);
        // nobody has come to oslo yet: its slots are spoken for all the same
        Decision decision = story.submit("shop/late", draws("200 W"));
        assertThat(decision.verdict()).isEqualTo(Verdict.start);
        assertThat(decision.to()).isNotEqualTo("oslo");
        assertThat(decision.reason()).contains("what slots cost");
    }

    @Test
    void aPlanHoldsOnAfterARestart() {
        Story story = crowd();
        story.pass(20 * MINUTE);
        FleetPlanning kept = story.fleet.planning().since(story.fleet.changed());
        Fleet fleet = new Fleet();
        story.states
                .values()
                .forEach(s -> fleet.put(s, story.core.terms(story.world(), s).facts()));
        Admission admission = new Admission(FleetSettings.DEFAULT);
        admission.restored(fleet, kept);
        World world =
                new World(
                        story.catalog,
                        story.views,
                        story.detections,
                        fleet,
                        story.clock,
                        story.wall);
        assertThat(admission.due(world)).isFalse();
        assertThat(fleet.planning()).isEqualTo(kept);
        assertThat(fleet.changed()).isEqualTo(story.fleet.changed());
    }

    @Test
    void whoeverComesAndGoesMakesThePlanAnOldOneAtFourPercent() {
        Story story = crowd();
        story.pass(20 * MINUTE);
        long plan = story.fleet.planning().planId();
        story.submit("shop/small", sizedAt("4"));
        assertThat(story.fleet.planning().planId()).as("4 of 116 cores").isEqualTo(plan);
        story.submit("shop/next", sizedAt("4"));
        long next = story.fleet.planning().planId();
        assertThat(next).isGreaterThan(plan);
        story.submit("shop/third", sizedAt("8"));
        assertThat(story.fleet.planning().planId()).as("not twice a minute").isEqualTo(next);
        story.pass(MINUTE);
        story.submit("shop/fourth", sizedAt("1"));
        assertThat(story.fleet.planning().planId()).isGreaterThan(next);
    }

    private static WorkloadSpec sizedAt(String cpu) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                Map.of("cpu", cpu),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    @Test
    void othersMakeWayForOneThatHasToLeave() {
        Story story = new Story(small(false));
        story.price("frankfurt", 100);
        story.price("oslo", 300);
        story.price("paris", 300);
        story.running("shop/bound", within("site.name != 'paris'"));
        story.price("oslo", 20);
        for (int i = 0; i < 6; i++) {
            story.running(name(i), spec().updatedBy(prefers("oslo")));
            assertThat(story.state(name(i)).site()).isEqualTo("oslo");
        }
        story.until(NOON + HOUR);
        story.price("frankfurt", 100);
        story.price("oslo", 20);
        story.price("paris", 300);
        story.catalog(small(true));
        assertThat(story.state("shop/bound").phase())
                .as("oslo is full, paris is not for it")
                .isEqualTo(Phase.running);
        assertThat(story.states.values())
                .filteredOn(s -> s.phase() == Phase.moving)
                .singleElement()
                .returns("paris", s -> s.errand().command().to());
        assertThat(story.lastDecision().reason()).contains("is worth to others");
        settle(story);
        assertThat(story.state("shop/bound").site()).isEqualTo("oslo");
        assertThat(story.overruns).isEmpty();
    }

    private static WorkloadSpec prefers(String site) {
        return new WorkloadSpec(
                null, null, null, null, null, null, null, List.of(site), null, null, null);
    }
}
