package dev.tradewind.job.rules.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables over time of the page on rules, as rule tests. A table's columns are instants, its
 * rows series, what is done, and what the rule says; the rule is that of the block of YAML above
 * it. How a person reads them is said on the page itself.
 */
final class RulesPage {
    private static final Path PAGE = Path.of("../src/site/markdown/rules.md");
    private static final Pattern SERIES =
            Pattern.compile("(forecast )?(own |there )?([A-Za-z]+) (\\d+[smhd])");
    private static final Pattern READING =
            Pattern.compile("(-?[\\d.]+)( estimated)?(?: \\((\\d+:\\d+(?::\\d+)?)\\))?");
    private static final Pattern FORECAST =
            Pattern.compile("(\\d+:\\d+): ([-\\d. _]+?)(?: \\((\\d+:\\d+)\\))?");
    private static final Pattern SAYS =
            Pattern.compile("(fires|clears)(?: \\(since (\\d+:\\d+)\\))?");

    private static final String CATALOG =
            """
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: here}
            spec: {zone: DE, pue: 1.5}
            ---
            apiVersion: tradewind.dev/v1
            kind: Site
            metadata: {name: there}
            spec: {zone: "NO"}
            ---
            apiVersion: tradewind.dev/v1
            kind: Rule
            metadata: {name: rule}
            spec:
              sites: "site.name == 'here'"
              then: notify
            """;

    private final String rule;
    private final List<String> times;
    private final List<String> steps = new ArrayList<>();
    private final List<String> expect = new ArrayList<>();
    private boolean added;

    /** A table as a file of tests that stands alone. */
    record Table(String title, String file) {
        @Override
        public String toString() {
            return title;
        }
    }

    private RulesPage(String rule, List<String> times) {
        this.rule = rule;
        this.times = times;
    }

    static List<Table> tables() {
        List<String> lines;
        try {
            lines = Files.readAllLines(PAGE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        List<Table> tables = new ArrayList<>();
        String rule = null;
        String title = "";
        String section = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("#")) {
                section = line.replaceAll("#+ ", "");
            } else if (line.equals("```yaml")) {
                StringBuilder block = new StringBuilder();
                for (i++; !lines.get(i).equals("```"); i++) {
                    block.append(lines.get(i)).append('\n');
                }
                rule = block.toString();
            } else if (line.startsWith("| |") || line.startsWith("| | ")) {
                List<List<String>> rows = new ArrayList<>();
                for (; i < lines.size() && lines.get(i).startsWith("|"); i++) {
                    rows.add(cells(lines.get(i)));
                }
                RulesPage table = new RulesPage(rule, rows.get(0).subList(1, rows.get(0).size()));
                rows.subList(2, rows.size()).forEach(table::row);
                tables.add(new Table(section + ": " + title, table.file()));
            } else if (!line.isBlank()) {
                title = line;
            }
        }
        return tables;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        String[] split = line.substring(1).split("\\|", -1);
        for (int i = 0; i < split.length - 1; i++) {
            cells.add(split[i].trim());
        }
        return cells;
    }

    private void row(List<String> cells) {
        String label = cells.get(0);
        for (int i = 0; i < times.size(); i++) {
            String cell = cells.get(i + 1);
            if (!cell.isEmpty()) {
                cell(label, times.get(i), cell);
            }
        }
    }

    private void cell(String label, String time, String cell) {
        switch (label) {
            case "rule" -> says(time, cell);
            case "restart" -> steps.add("{restart: " + time + "}");
            case "edit" -> edit(time, cell);
            default -> series(label, time, cell);
        }
    }

    private void says(String time, String cell) {
        for (String one : cell.split(", ")) {
            Matcher says = match(SAYS, one);
            expect.add(
                    "{at: "
                            + time
                            + (says.group(1).equals("fires") ? ", fired" : ", cleared")
                            + ": rule, site: here"
                            + (says.group(2) == null ? "}" : ", onset: " + says.group(2) + "}"));
        }
    }

    private void edit(String time, String cell) {
        if (cell.equals("added")) {
            added = true;
            steps.add("{edit: " + time + ", add: [rule]}");
        } else if (cell.equals("removed")) {
            steps.add("{edit: " + time + ", remove: [rule]}");
        } else if (cell.equals("comment")) {
            steps.add("{edit: " + time + "}");
        } else {
            steps.add(
                    "{edit: "
                            + time
                            + ", put: [{name: rule, spec: {signal: price, sites: \"site.name =="
                            + " 'here'\", then: notify, when: "
                            + cell.replace("`", "")
                            + "}}]}");
        }
    }

    private void series(String label, String time, String cell) {
        Matcher series = match(SERIES, label);
        String whose =
                series.group(2) == null
                        ? "zone DE "
                        : series.group(2).equals("own ") ? "site here " : "site there ";
        String of = "{of: " + whose + series.group(3);
        if (series.group(1) != null) {
            Matcher forecast = match(FORECAST, cell);
            steps.add(
                    of
                            + ", generatedAt: "
                            + time
                            + ", start: "
                            + forecast.group(1)
                            + ", every: "
                            + series.group(4)
                            + ", values: "
                            + forecast.group(2)
                            + ", arrives: "
                            + (forecast.group(3) == null ? time : forecast.group(3))
                            + "}");
            return;
        }
        for (String one : cell.split(", ")) {
            Matcher reading = match(READING, one);
            steps.add(
                    of
                            + ", start: "
                            + time
                            + ", duration: "
                            + series.group(4)
                            + ", value: "
                            + reading.group(1)
                            + (reading.group(2) == null ? "" : ", kind: estimated")
                            + ", arrives: "
                            + (reading.group(3) == null ? time : reading.group(3))
                            + "}");
        }
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not readable in a table: '" + text + "'");
        }
        return matcher;
    }

    /** Steps in the order in which they happen; of one instant in the order of the rows. */
    private String file() {
        StringBuilder file = new StringBuilder(CATALOG);
        rule.lines().forEach(line -> file.append("  ").append(line).append('\n'));
        file.append("---\napiVersion: tradewind.dev/v1\nkind: RuleTest\nmetadata: {name: table}\n");
        file.append("spec:\n  from: 2026-03-01T").append(times.get(0)).append("Z\n");
        file.append("  until: ").append(times.get(times.size() - 1)).append('\n');
        if (added) {
            file.append("  rules: []\n");
        }
        file.append("  steps:\n");
        steps.stream()
                .sorted(java.util.Comparator.comparing(RulesPage::happens))
                .forEach(step -> file.append("    - ").append(step).append('\n'));
        file.append(expect.isEmpty() ? "  expect: []\n" : "  expect:\n");
        expect.forEach(one -> file.append("    - ").append(one).append('\n'));
        return file.toString();
    }

    private static String happens(String step) {
        Matcher at = Pattern.compile("(?:arrives|edit|restart): (\\d+:\\d+)").matcher(step);
        if (!at.find()) {
            throw new IllegalArgumentException(step);
        }
        return at.group(1).length() == 4 ? "0" + at.group(1) : at.group(1);
    }
}
