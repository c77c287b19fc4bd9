package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Alternative;
import dev.tradewind.model.wire.Decision.UsedReading;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.rules.text.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a decision tells of how it came about. */
class EvidenceTest {
    private static final String ORDERS = "shop/orders";

    @Test
    void aMoveSaysWhatItCostsWhatItSavesAndWhenItHasPaid() {
        Story story = new Story(Story.twoSites());
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        story.forecast("frankfurt", NOON + 2 * HOUR, 500, 500, 500);
        story.forecast("oslo", NOON + 2 * HOUR, 60, 60, 60);
        prices(story, 500, 60);
        story.pass(15 * MINUTE);
        Decision move = story.lastDecision();
        assertThat(move.verdict()).isEqualTo(Verdict.move);
        assertThat(move.expectedSavingEur()).isPositive();
        assertThat(move.moveCostEur()).isEqualTo(0.1);
        // 0.10 EUR at 0.44 EUR an hour
        assertThat(move.paidBackAfterMillis()).isBetween(13 * MINUTE, 14 * MINUTE);
        assertThat(move.moreSites()).isNull();
        assertThat(move.alternatives())
                .allSatisfy(
                        a ->
                                assertThat(a.energyEurPerHour() + a.carbonEurPerHour())
                                        .isEqualTo(a.costEurPerHour()));
        assertThat(move.readings()).extracting(UsedReading::ageMillis).containsOnly(0L);
        assertThat(move.readings()).extracting(UsedReading::forecast).containsOnlyNulls();
    }

    /**
     * Carbon at 80 EUR/t: each part of the cost by itself, and half an hour later how old it is.
     */
    @Test
    void eachPartOfACostIsToldAndTheAgeOfWhatItIsMadeOf() {
        Story story =
                new Story(catalog(Story.pricing(policy(), 80), site("frankfurt"), site("oslo")));
        prices(story, 50, 60);
        carbon(story, "frankfurt", 100);
        carbon(story, "oslo", 100);
        story.running(ORDERS, spec());
        story.pass(HOUR);
        prices(story, 500, 60);
        carbon(story, "frankfurt", 400);
        carbon(story, "oslo", 30);
        story.pass(15 * MINUTE);
        Decision move = story.lastDecision();
        assertThat(move.verdict()).isEqualTo(Verdict.move);
        assertThat(move.alternatives())
                .extracting(Alternative::site)
                .containsExactly("frankfurt", "oslo");
        Alternative from = move.alternatives().get(0);
        assertThat(from.energyEurPerHour()).isCloseTo(0.5, within(1e-9));
        assertThat(from.carbonEurPerHour()).isCloseTo(400 * 80e-6, within(1e-9));
        assertThat(from.costEurPerHour()).isCloseTo(0.532, within(1e-9));
        assertThat(from.moveCostEur()).as("it is there").isNull();
        Alternative to = move.alternatives().get(1);
        assertThat(to.energyEurPerHour()).isCloseTo(0.06, within(1e-9));
        assertThat(to.carbonEurPerHour()).isCloseTo(30 * 80e-6, within(1e-9));
        assertThat(to.moveCostEur()).isEqualTo(0.1);
        assertThat(to.expectedSavingEur()).isEqualTo(move.expectedSavingEur()).isPositive();
        assertThat(to.paidBackAfterMillis()).isEqualTo(move.paidBackAfterMillis()).isPositive();
        story.completeAll();
        story.until(NOON + 2 * HOUR + 30 * MINUTE);
        story.fired("dear", "oslo");
        Decision stay = story.lastDecision();
        assertThat(stay)
                .returns(Verdict.stay, Decision::verdict)
                .returns("dear", Decision::ruleId)
                .returns("dear-v1", Decision::ruleVersion);
        assertThat(stay.readings())
                .extracting(UsedReading::site, UsedReading::signal, UsedReading::ageMillis)
                .containsExactly(
                        tuple("frankfurt", SignalNames.PRICE, 30 * MINUTE),
                        tuple("frankfurt", SignalNames.CARBON_INTENSITY, 30 * MINUTE),
                        tuple("oslo", SignalNames.PRICE, 30 * MINUTE),
                        tuple("oslo", SignalNames.CARBON_INTENSITY, 30 * MINUTE));
        assertThat(stay.alternatives().get(0).moveCostEur()).isEqualTo(0.1);
    }

    /**
     * At the hour the last value is over and the next one hasn't come: the sentence and the
     * alternatives tell of the same hour.
     */
    @Test
    void theAlternativesCostWhatTheSentenceSays() {
        Story story = new Story(Story.twoSites());
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.forecast("frankfurt", NOON + HOUR, 500, 500, 500, 500);
        story.forecast("oslo", NOON + HOUR, 80, 80, 80, 80);
        story.until(NOON + HOUR);
        Decision move = story.lastDecision();
        assertThat(move.verdict()).isEqualTo(Verdict.move);
        assertThat(move.reason()).contains("costs 0.0800 EUR/h instead of 0.5000 EUR/h now");
        assertThat(move.alternatives())
                .extracting(Alternative::costEurPerHour)
                .containsExactly(0.5, 0.08);
        assertThat(move.readings())
                .allSatisfy(
                        r -> {
                            assertThat(r.forecast()).isTrue();
                            assertThat(r.datetime().toEpochMilli()).isEqualTo(NOON + HOUR);
                            assertThat(r.ageMillis()).isZero();
                        });
    }

    @Test
    void whatChangesNothingIsNotPublishedButToldWithThePlacement() {
        Story story = new Story(Story.twoSites());
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        int said = story.decisions.size();
        for (int hour = 1; hour < 3; hour++) {
            story.until(NOON + hour * HOUR);
            prices(story, 50, 60);
        }
        assertThat(story.decisions).hasSize(said);
        Placement.Look look = story.placement(ORDERS).lastLook();
        assertThat(look.reason())
                .isEqualTo(
                        "it stays, for no other site that it could go to is expected to cost less");
        assertThat(look.at().toEpochMilli()).isBetween(NOON + HOUR, NOON + 2 * HOUR);
    }

    /** What is told is state: a restart, or a job that has lost its state, tells it again. */
    @Test
    void theLastLookOutlivesARestartAndALossOfState() {
        Story story = new Story(Story.twoSites());
        prices(story, 50, 60);
        story.running(ORDERS, spec());
        story.until(NOON + HOUR);
        prices(story, 50, 60);
        story.pass(20 * MINUTE);
        Placement.Look look = story.state(ORDERS).memory().lastLook();
        assertThat(look.reason()).startsWith("it stays");
        Placement told = Placements.of(story.state(ORDERS));
        assertThat(told.lastLook()).isEqualTo(look);
        WorkloadState found =
                Recoveries.state(
                        new Recovered(ORDERS, told.epoch(), told, "frankfurt", 1, List.of()),
                        story.now());
        assertThat(Placements.of(found).lastLook()).isEqualTo(look);
    }

    @Test
    void aDecisionIsSmallHoweverManySitesThereAre() {
        String asks =
                "site.labels.jurisdiction == 'gdpr' && ("
                        + "site.name != 'nowhere' && ".repeat(60)
                        + "site.name != 's7')";
        List<Site> sites = new ArrayList<>(List.of(site("frankfurt"), site("oslo")));
        for (int i = 0; i < 198; i++) {
            sites.add(site("s" + i));
        }
        Story story = new Story(catalog(policy(), sites.toArray(new Site[0])));
        for (int i = 0; i < 198; i++) {
            story.price("s" + i, 100 + i);
        }
        prices(story, 50, 60);
        story.running(ORDERS, within(asks));
        story.pass(HOUR);
        for (int i = 0; i < 198; i++) {
            story.price("s" + i, 100 + i);
        }
        story.forecast("frankfurt", NOON + 2 * HOUR, 500, 500, 500);
        story.forecast("oslo", NOON + 2 * HOUR, 60, 60, 60);
        prices(story, 500, 60);
        story.pass(15 * MINUTE);
        Decision move = story.lastDecision();
        assertThat(move.verdict()).isEqualTo(Verdict.move);
        assertThat(move.alternatives()).hasSize(Evidence.MOST_SITES);
        assertThat(move.moreSites()).isEqualTo(200 - Evidence.MOST_SITES);
        assertThat(move.alternatives())
                .extracting(Alternative::site)
                .contains("frankfurt", "oslo", "s0", "s1", "s2")
                .doesNotContain("s7", "s197");
        assertThat(move.readings()).hasSize(Evidence.MOST_SITES);
        assertThat(Json.bytes(move).length).isLessThan(8_000);
        // and where nothing will do, the longest reasons are cut
        Decision nowhere = story.submit("shop/never", within(asks + " && site.name == 'atlantis'"));
        assertThat(nowhere.alternatives().size()).isLessThanOrEqualTo(Evidence.MOST_SITES);
        assertThat(Json.bytes(nowhere).length).isLessThan(16_000);
        assertThat(nowhere.reason()).contains("would do but for name");
    }

    private static void carbon(Story story, String site, double grams) {
        long hour = story.now() / HOUR * HOUR;
        story.view(
                SeriesView.actual(
                        false,
                        site + "-zone",
                        SignalNames.CARBON_INTENSITY,
                        grams,
                        hour,
                        hour + HOUR,
                        "grid"));
    }

    private static void prices(Story story, double frankfurt, double oslo) {
        story.price("frankfurt", frankfurt);
        story.price("oslo", oslo);
    }
}
