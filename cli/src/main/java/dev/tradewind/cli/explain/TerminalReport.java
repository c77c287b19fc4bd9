package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.AtSite;
import dev.tradewind.job.explain.Episode;
import dev.tradewind.job.explain.Explanation;
import dev.tradewind.job.explain.Lane;
import dev.tradewind.job.explain.NearMiss;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An explanation in the terminal: a chart a site, then what happened in words. */
final class TerminalReport {
    private final PrintWriter out;
    private final Glyphs glyphs;
    private final Paint paint;
    private final int width;
    private final int most;

    /**
     * @param most lines of a list; of more the longest episodes and the nearest misses are told
     */
    TerminalReport(PrintWriter out, Glyphs glyphs, Paint paint, int width, int most) {
        this.out = out;
        this.glyphs = glyphs;
        this.paint = paint;
        this.width = width;
        this.most = most;
    }

    /**
     * @param from of what is shown
     * @param to not counted in
     */
    void print(Explanation explanation, long from, long to) {
        Words words = new Words(explanation.rule(), explanation.toMillis());
        out.println(
                paint.bold(explanation.rule().name())
                        + "  "
                        + explanation.rule().shape().name().toLowerCase(Locale.ROOT)
                        + ", version "
                        + explanation.rule().version());
        words.says().forEach(line -> wrapped(line, 2));
        wrapped(
                Words.instant(from)
                        + " to "
                        + Words.instant(to)
                        + " UTC, a column is "
                        + Words.duration((to - from) / columns()),
                2);
        TerminalChart chart = new TerminalChart(glyphs, paint, from, to, width);
        for (AtSite at : explanation.sites()) {
            out.println();
            out.println(paint.bold(at.site() + (at.zone() == null ? "" : ", zone " + at.zone())));
            wrapped(words.summary(at, from, to), 2);
            missing(at);
            chart.draw(at, words).forEach(out::println);
            wrapped(chart.legend(at), TerminalChart.GUTTER + 1);
            list(
                    "episodes",
                    "longest",
                    Words.episodes(at, from, to),
                    Comparator.comparingLong(Episode::inForceMillis).reversed(),
                    words::episode);
            list(
                    "not known",
                    "first",
                    Words.notKnown(at, from, to),
                    Comparator.comparingLong(NearMiss::fromMillis),
                    miss -> words.miss(miss, at.site()));
            list(
                    "near misses",
                    "nearest",
                    Words.misses(at, from, to),
                    Comparator.comparingDouble(NearMiss::closeness).reversed(),
                    miss -> words.miss(miss, at.site()));
        }
    }

    private int columns() {
        return Math.max(10, width - TerminalChart.GUTTER - 1);
    }

    /** Of what there is nothing in the history, which a silence alone can bear. */
    private void missing(AtSite at) {
        for (Lane lane : at.lanes()) {
            String without =
                    lane.tracks().stream()
                            .filter(track -> track.pieces().isEmpty())
                            .map(track -> track.site())
                            .collect(Collectors.joining(", "));
            if (!without.isEmpty()) {
                wrapped(
                        "the history has no "
                                + (lane.condition().forecast() ? "forecast of " : "")
                                + lane.condition().quantity()
                                + " for "
                                + without,
                        2);
            }
        }
    }

    private <T> void list(
            String name,
            String which,
            List<T> all,
            Comparator<T> first,
            Function<T, String> words) {
        if (all.isEmpty()) {
            return;
        }
        List<T> chosen = all;
        String title = name;
        if (all.size() > most) {
            List<T> best = all.stream().sorted(first).limit(most).toList();
            chosen = all.stream().filter(best::contains).toList();
            title = "the " + most + " " + which + " " + name + " of " + all.size() + " (--all)";
        }
        out.println("  " + paint.bold(title));
        chosen.forEach(one -> wrapped(words.apply(one), 4));
    }

    /** At spaces, so that it fits; what follows stands a little further in. */
    private void wrapped(String text, int margin) {
        StringBuilder line = new StringBuilder(" ".repeat(margin));
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > width) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(margin + 4));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        out.println(line.toString().stripTrailing());
    }
}
