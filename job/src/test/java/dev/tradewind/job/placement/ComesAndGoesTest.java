package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.MINUTE;
import static dev.tradewind.job.placement.Story.NOON;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.cores;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static dev.tradewind.job.placement.Story.spec;
import static dev.tradewind.job.placement.Story.twoSites;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.job.placement.PlacementOperatorTest.Harness;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site that is in the catalog for a minute in two: what it is moved to for, and what is kept. */
class ComesAndGoesTest {
    private static final Site FRANKFURT = cores(site("frankfurt"), 200);

    /** Room for two each, the reserve left free. */
    private static final Site OSLO = cores(site("oslo"), 20);

    private static final Site BERGEN = cores(site("bergen"), 20);

    /**
     * Where room is scarce the plan of the fleet hands it out, and between two plans each bids for
     * itself: neither of them for a site that doesn't stay, though it is the cheapest.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itHasNoSlotsToGiveWhereRoomIsScarce(boolean asked) throws Exception {
        Catalog without = catalog(policy(), FRANKFURT, OSLO);
        Catalog with = catalog(policy(), FRANKFURT, OSLO, BERGEN);
        try (Subtasks jobs = new Subtasks(2, NOON)) {
            jobs.catalog(without);
            prices(jobs, 90, 200, 200);
            for (int i = 0; i < 6; i++) {
                jobs.submit("shop/w" + i, draws(1_000 + 100 * i));
                jobs.settle();
            }
            assertThat(jobs.sites.values()).containsOnly("frankfurt");
            for (int minute = 1; minute <= 3 * 60; minute++) {
                jobs.at(NOON + minute * MINUTE);
                jobs.catalog(minute % 2 == 1 ? with : without);
                prices(jobs, 90, 40, 10);
                if (asked && minute % 20 == 5) {
                    jobs.fleet(FleetEvent.of(asks(NOON + minute * MINUTE)));
                }
                jobs.settle();
            }
            assertThat(jobs.commands).noneMatch(c -> "bergen".equals(c.to()));
            assertThat(jobs.told.planning().contended()).as("oslo is short of room").isTrue();
            assertThat(jobs.sites.values())
                    .filteredOn(s -> s.equals("oslo"))
                    .as("what stays is moved to all the same")
                    .hasSize(2);
            assertThat(jobs.commands).hasSize(6 + 2);
            // it has come to stay
            jobs.catalog(with);
            for (int hour = 4; hour < 8; hour++) {
                jobs.at(NOON + hour * HOUR);
                prices(jobs, 90, 40, 10);
                jobs.at(NOON + hour * HOUR + 16 * MINUTE);
                jobs.settle();
            }
            assertThat(jobs.sites.values()).filteredOn(s -> s.equals("bergen")).hasSize(2);
        }
    }

    /** The last site of a zone is gone for a minute, or for a night: the zone's day isn't. */
    @Test
    void whatWasLearnedOfItsZoneOutlivesAShortAbsence() throws Exception {
        try (Harness job = new Harness(null, null)) {
            job.catalog(twoSites());
            for (int h = 0; h < 48; h++) {
                job.passTo(NOON + h * HOUR);
                job.price("frankfurt", 50, NOON + h * HOUR);
                job.price("oslo", 40 + h % 24, NOON + h * HOUR);
            }
            double[] before = learned(job.admissionViews());
            job.catalog(catalog(policy(), site("frankfurt")));
            assertThat(learned(job.admissionViews())).isEqualTo(before);
            job.passTo(NOON + 60 * HOUR);
            job.catalog(twoSites());
            assertThat(learned(job.admissionViews())).isEqualTo(before);
            assertThat(job.admissionViews().accuracy(false, "oslo-zone", SignalNames.PRICE))
                    .isPresent();
            // its absence counts from when it left last
            job.catalog(catalog(policy(), site("frankfurt")));
            job.passTo(NOON + 60 * HOUR + SiteViews.KEPT_MILLIS);
            job.catalog(catalog(policy(), site("frankfurt"), site("paris")));
            assertThat(learned(job.admissionViews())).isEqualTo(before);
            job.passTo(NOON + 61 * HOUR + SiteViews.KEPT_MILLIS);
            job.catalog(catalog(policy(), site("frankfurt")));
            assertThat(job.admissionViews().learned())
                    .as("longer than that it isn't kept")
                    .extracting(LearnedSeries::subject)
                    .containsExactly("frankfurt-zone");
        }
    }

    /** Catalogs that have nothing in common, one after the other, within the time that is kept. */
    @Test
    void whatIsKeptOfSitesThatHaveLeftIsBounded() {
        SiteViews views = new SiteViews();
        for (int round = 0; round < 4; round++) {
            Site[] sites = new Site[4_000];
            for (int i = 0; i < sites.length; i++) {
                sites[i] = site("s" + round + "-" + i);
                views.apply(
                        SeriesView.actual(
                                false, sites[i].zone(), SignalNames.PRICE, 1, 0, HOUR, "test"));
            }
            views.keepOnly(catalog(policy(), sites), NOON + round * MINUTE);
        }
        assertThat(views.size()).isEqualTo(4_000 + SiteViews.MOST_KEPT);
        // those that left last are kept
        assertThat(views.accuracy(false, "s2-0-zone", SignalNames.PRICE)).isPresent();
        views.keepOnly(catalog(policy(), site("frankfurt")), NOON + 10 * SiteViews.KEPT_MILLIS);
        assertThat(views.size()).as("those of the last catalog").isEqualTo(SiteViews.MOST_KEPT);
        assertThat(views.accuracy(false, "s3-0-zone", SignalNames.PRICE)).isPresent();
        views.keepOnly(catalog(policy(), site("frankfurt")), NOON + 20 * SiteViews.KEPT_MILLIS);
        assertThat(views.size()).isZero();
    }

    private static double[] learned(SiteViews views) {
        return views.learned().stream()
                .filter(l -> l.subject().equals("oslo-zone"))
                .map(LearnedSeries::profile)
                .findFirst()
                .orElseThrow();
    }

    private static void prices(Subtasks jobs, double frankfurt, double oslo, double bergen)
            throws Exception {
        jobs.price("frankfurt", frankfurt);
        jobs.price("oslo", oslo);
        jobs.price("bergen", bergen);
    }

    private static WorkloadSpec draws(int watts) {
        return spec().updatedBy(
                        new WorkloadSpec(
                                null,
                                null,
                                null,
                                watts + " W",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    /** A rule asks whoever is at Frankfurt to look. */
    private static Detection asks(long now) {
        return new Detection(
                "dear@" + now,
                Detection.Kind.fired,
                "dear",
                "dear-v1",
                "any",
                "frankfurt",
                SignalNames.PRICE,
                Instant.ofEpochMilli(now),
                Instant.ofEpochMilli(now),
                150.0,
                "reconsider",
                null,
                "true",
                "dear at frankfurt");
    }
}
