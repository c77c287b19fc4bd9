package dev.tradewind.cli.demo;

import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.model.SignalNames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The demo's own energy: three kinds of zone, hour by hour, made by a formula, so that it can ship
 * and be checked.
 *
 * <p>With {@code bump(h, centre, width) = exp(-(d / width)^2 / 2)}, d the distance of h from the
 * centre on the 24 h circle:
 *
 * <pre>
 *   windy  price  = 55 - 30 bump(h, 2, 3)   + 65 bump(h, 8, 1.5) + 80 bump(h, 19, 2)      carbon = 0.9 price + 180
 *   hydro  price  = 62 +  8 bump(h, 8, 2)   + 10 bump(h, 19, 2)                           carbon = 30
 *   solar  price  = 90 - 85 bump(h, 13, 2.5) + 40 bump(h, 21, 2)                          carbon = 2.2 price + 20
 * </pre>
 *
 * in EUR/MWh and gCO2eq/kWh. Zone n takes kind n mod 3; from the fourth zone on its day is shifted
 * by n hours, so that no two are equal. The price of the next 24 hours is published as a forecast
 * each day at noon and at the start, as a day-ahead auction does.
 */
final class DemoEnergy {
    private DemoEnergy() {}

    static double price(int zone, double hourOfDay) {
        double h = shifted(zone, hourOfDay);
        return switch (zone % 3) {
            case 0 -> 55 - 30 * bump(h, 2, 3) + 65 * bump(h, 8, 1.5) + 80 * bump(h, 19, 2);
            case 1 -> 62 + 8 * bump(h, 8, 2) + 10 * bump(h, 19, 2);
            default -> 90 - 85 * bump(h, 13, 2.5) + 40 * bump(h, 21, 2);
        };
    }

    static double carbon(int zone, double hourOfDay) {
        return switch (zone % 3) {
            case 0 -> 0.9 * price(zone, hourOfDay) + 180;
            case 1 -> 30;
            default -> 2.2 * price(zone, hourOfDay) + 20;
        };
    }

    /** Rows of {@code hours} hours from {@code start}, sorted by when they become known. */
    static List<SignalRow> rows(List<String> zones, Instant start, int hours) {
        List<SignalRow> rows = new ArrayList<>();
        for (int hour = 0; hour < hours; hour++) {
            Instant at = start.plus(Duration.ofHours(hour));
            for (int z = 0; z < zones.size(); z++) {
                double h = hourOfDay(at);
                rows.add(row(at, zones.get(z), SignalNames.PRICE, price(z, h), "EUR/MWh", null));
                rows.add(
                        row(
                                at,
                                zones.get(z),
                                SignalNames.CARBON_INTENSITY,
                                carbon(z, h),
                                "gCO2eq/kWh",
                                null));
            }
            if (hour == 0 || hourOfDay(at) == 12) {
                for (int z = 0; z < zones.size(); z++) {
                    for (int ahead = 0; ahead < 36; ahead++) {
                        Instant then = at.plus(Duration.ofHours(ahead));
                        double h = hourOfDay(then);
                        rows.add(
                                row(
                                        then,
                                        zones.get(z),
                                        SignalNames.PRICE,
                                        price(z, h),
                                        "EUR/MWh",
                                        at));
                        rows.add(
                                row(
                                        then,
                                        zones.get(z),
                                        SignalNames.CARBON_INTENSITY,
                                        carbon(z, h),
                                        "gCO2eq/kWh",
                                        at));
                    }
                }
            }
        }
        return rows;
    }

    private static SignalRow row(
            Instant at,
            String zone,
            String signal,
            double value,
            String unit,
            Instant generatedAt) {
        return new SignalRow(
                at,
                zone,
                signal,
                Math.round(value * 100) / 100.0,
                unit,
                generatedAt == null ? "actual" : "forecast",
                generatedAt);
    }

    private static double hourOfDay(Instant at) {
        return at.getEpochSecond() % 86_400 / 3_600.0;
    }

    private static double shifted(int zone, double hourOfDay) {
        return zone < 3 ? hourOfDay : (hourOfDay + zone) % 24;
    }

    private static double bump(double hour, double centre, double width) {
        double d = Math.abs(hour - centre);
        d = Math.min(d, 24 - d);
        return Math.exp(-(d / width) * (d / width) / 2);
    }
}
