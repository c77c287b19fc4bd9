package dev.tradewind.cli.demo;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.cli.signals.SignalsCsv;
import dev.tradewind.testbed.Testbed;
import dev.tradewind.testbed.kube.KubeApi;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where and when the demo plays.
 *
 * @param sites the first is the home of the stream's topics
 * @param start energy time at which it begins
 * @param rows what is known when, within the hours that it lasts
 */
public record DemoScene(
        List<DemoCatalog.DemoSite> sites,
        Instant start,
        int hours,
        List<SignalRow> rows,
        KubeApi.Mode kubernetes) {

    private static final List<DemoCatalog.DemoSite> OWN =
            List.of(
                    new DemoCatalog.DemoSite("frankfurt", "DE"),
                    new DemoCatalog.DemoSite("oslo", "NO"),
                    new DemoCatalog.DemoSite("madrid", "ES"));

    /** The demo's own energy. */
    public static DemoScene own(int sites, int hours, KubeApi.Mode kubernetes) {
        List<DemoCatalog.DemoSite> all =
                new ArrayList<>(OWN.subList(0, Math.min(sites, OWN.size())));
        for (int i = OWN.size(); i < sites; i++) {
            all.add(new DemoCatalog.DemoSite("site-" + (i + 1), "Z" + (i + 1)));
        }
        Instant start = Instant.parse("2026-03-01T00:00:00Z");
        List<String> zones = all.stream().map(DemoCatalog.DemoSite::zone).toList();
        return new DemoScene(all, start, hours, DemoEnergy.rows(zones, start, hours), kubernetes);
    }

    /** Somebody's energy: a zone a site, from the first hour of the file. */
    public static DemoScene of(Path csv, Integer sites, int hours, KubeApi.Mode kubernetes)
            throws IOException {
        List<SignalRow> rows = SignalsCsv.read(csv);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(csv + " has no rows");
        }
        List<String> zones = rows.stream().map(SignalRow::zone).distinct().toList();
        int count = sites == null ? zones.size() : sites;
        if (zones.size() < count) {
            throw new IllegalArgumentException(
                    csv + " has " + zones.size() + " zones, but --sites asks for " + count);
        }
        List<String> taken = zones.subList(0, count);
        Instant start =
                rows.stream().map(SignalRow::datetime).min(Instant::compareTo).orElseThrow();
        Instant end = start.plus(Duration.ofHours(hours));
        return new DemoScene(
                taken.stream().map(z -> new DemoCatalog.DemoSite(siteName(z), z)).toList(),
                start,
                hours,
                rows.stream()
                        .filter(r -> taken.contains(r.zone()) && r.knownAt().isBefore(end))
                        .toList(),
                kubernetes);
    }

    /** By when the batch job must be done: an hour before the end, so that it can be seen. */
    Instant deadline() {
        return start.plus(Duration.ofHours(Math.max(4, hours - 1)));
    }

    Testbed startTestbed() {
        return Testbed.start(
                dev.tradewind.testbed.TestbedOptions.of(
                        sites.stream()
                                .map(
                                        s ->
                                                new dev.tradewind.testbed.TestbedOptions.Site(
                                                        s.name(), s.zone()))
                                .toList(),
                        kubernetes));
    }

    private static String siteName(String zone) {
        return zone.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
