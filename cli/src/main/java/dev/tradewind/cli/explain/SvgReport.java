package dev.tradewind.cli.explain;

import dev.tradewind.job.explain.AtSite;
import dev.tradewind.job.explain.Explanation;
import dev.tradewind.job.explain.Lane;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import java.util.List;
import java.util.Locale;

/** An explanation as a picture, for documents and browsers, in light and in dark. */
final class SvgReport {
    static final double WIDTH = 1120;
    static final double MARGIN = 24;
    private static final double LINE = 18;

    private static final String STYLE =
            """
            svg {
              --page: #ffffff; --ink: #1f2937; --dim: #667085; --grid: #e6e8ec; --edge: #98a2b3;
              --curve: #1d4ed8; --enter: #c81e1e; --exit: #b45309; --base: #667085;
              --held: #dc2626; --rose: #f59e0b; --miss: #7c3aed;
              font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
            }
            @media (prefers-color-scheme: dark) {
              svg {
                --page: #111827; --ink: #e5e7eb; --dim: #9ca3af; --grid: #273142; --edge: #4b5563;
                --curve: #7aa2f7; --enter: #f87171; --exit: #fbbf24; --base: #9ca3af;
                --held: #ef4444; --rose: #f59e0b; --miss: #c4b5fd;
              }
            }
            .page { fill: var(--page); }
            text { fill: var(--ink); }
            .rule { font-size: 20px; font-weight: 600; }
            .site { font-size: 15px; font-weight: 600; }
            .dim { fill: var(--dim); }
            .tick { fill: var(--dim); font-size: 11px; }
            .grid { stroke: var(--grid); stroke-width: 1; }
            .edge { stroke: var(--edge); stroke-width: 1; fill: none; }
            .curve { stroke: var(--curve); stroke-width: 1.4; fill: none; stroke-linejoin: round; }
            .range { stroke: var(--curve); stroke-width: 0.6; fill: var(--curve); fill-opacity: 0.6; }
            .heard { fill: var(--curve); }
            .enter { stroke: var(--enter); stroke-width: 1.3; stroke-dasharray: 7 4; fill: none; }
            .exit { stroke: var(--exit); stroke-width: 1.3; stroke-dasharray: 2 3; fill: none; }
            .base { stroke: var(--base); stroke-width: 1.2; fill: none; }
            .episode { fill: var(--held); fill-opacity: 0.18; }
            .rose { fill: var(--rose); fill-opacity: 0.22; }
            .lane { fill: var(--grid); }
            .held { fill: var(--held); }
            .risen { fill: var(--rose); }
            .unknown { fill: url(#unknown); }
            .hatch { stroke: var(--edge); stroke-width: 3; }
            .near { fill: var(--miss); }
            """;

    String draw(Explanation explanation, long from, long to) {
        Words words = new Words(explanation.rule(), explanation.toMillis());
        Svg body = new Svg();
        double y = MARGIN + 16;
        body.text("text", explanation.rule().name(), "class", "rule", "x", MARGIN, "y", y);
        y += 4;
        for (String line : words.says()) {
            y += LINE;
            body.text("text", line, "class", "dim", "x", MARGIN, "y", y);
        }
        y += LINE;
        body.text(
                "text",
                Words.instant(from)
                        + " to "
                        + Words.instant(to)
                        + " UTC; "
                        + explanation.rule().shape().name().toLowerCase(Locale.ROOT)
                        + ", version "
                        + explanation.rule().version(),
                "class",
                "dim",
                "x",
                MARGIN,
                "y",
                y);
        y += LINE + 8;
        legend(body, explanation.rule(), y);
        y += 14;
        for (AtSite at : explanation.sites()) {
            y = site(body, at, words, from, to, y + 30);
        }
        double height = y + MARGIN;
        Svg svg = new Svg();
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + Svg.number(WIDTH) + " " + Svg.number(height),
                "width",
                WIDTH,
                "height",
                height,
                "role",
                "img");
        svg.text("title", "What rule " + explanation.rule().name() + " made of a history");
        svg.text("style", STYLE);
        svg.open("defs")
                .open(
                        "pattern",
                        "id",
                        "unknown",
                        "width",
                        6.0,
                        "height",
                        6.0,
                        "patternUnits",
                        "userSpaceOnUse",
                        "patternTransform",
                        "rotate(45)")
                .empty("line", "class", "hatch", "x1", 0.0, "y1", 0.0, "x2", 0.0, "y2", 6.0)
                .close()
                .close();
        svg.empty("rect", "class", "page", "width", WIDTH, "height", height);
        return svg + body.toString() + "</svg>\n";
    }

    private static double site(Svg svg, AtSite at, Words words, long from, long to, double top) {
        double y = top;
        svg.open("text", "x", MARGIN, "y", y)
                .text(
                        "tspan",
                        at.site() + (at.zone() == null ? "" : ", zone " + at.zone()),
                        "class",
                        "site")
                .text("tspan", "  " + words.summary(at, from, to), "dx", "8")
                .close();
        List<Lane> lanes = at.lanes();
        for (int i = 0; i < lanes.size(); i++) {
            y =
                    new SvgChart(svg, at, lanes.get(i), words, from, to)
                            .draw(y + 10, i == lanes.size() - 1);
        }
        return y;
    }

    /** What a swatch looks like, and what it says. */
    private static void legend(Svg svg, Rule rule, double y) {
        Condition condition = rule.conditions().get(0);
        boolean sequence = rule.shape() == Rule.Shape.SEQUENCE;
        double x = MARGIN;
        if (condition.measure() == Condition.Measure.SILENCE) {
            x = swatch(svg, x, y, "heard", "a reading");
        } else {
            x = line(svg, x, y, "curve", "value");
            x = line(svg, x, y, "enter", "threshold");
            x = line(svg, x, y, "exit", "until");
            x = condition.baseline() == null ? x : line(svg, x, y, "base", "baseline");
            x =
                    swatch(
                            svg,
                            x,
                            y,
                            "risen",
                            sequence ? "rose; rule: first came" : "rose, not yet held");
        }
        x = swatch(svg, x, y, "held", sequence ? "held; rule: fired, in force" : "fired, in force");
        x = swatch(svg, x, y, "unknown", "unknown");
        svg.empty("path", "class", "near", "d", SvgChart.diamond(x + 7, y - 4));
        svg.text("text", "nearly fired", "x", x + 18, "y", y);
    }

    private static double line(Svg svg, double x, double y, String style, String text) {
        svg.empty("line", "class", style, "x1", x, "y1", y - 4, "x2", x + 24, "y2", y - 4);
        svg.text("text", text, "x", x + 30, "y", y);
        return x + 30 + 7 * text.length() + 14;
    }

    private static double swatch(Svg svg, double x, double y, String style, String text) {
        svg.empty("rect", "class", style, "x", x, "y", y - 10, "width", 16.0, "height", 11.0);
        svg.text("text", text, "x", x + 22, "y", y);
        return x + 22 + 6.7 * text.length() + 18;
    }
}
