package dev.tradewind.rules.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand files that were right once: each is read, or refused with a place, soon and
 * without leaving anything behind. A failure names the seed: {@code -Dmutate.seed=N} runs that file
 * alone.
 */
class MutatedFilesTest {
    private static final int FILES = 100_000;
    private static final int WARM = 3_000;

    /** Time of the processor: what else runs on the machine doesn't count. */
    private static final long MOST_NANOS = 100_000_000;

    private static final long MOST_GROWTH_BYTES = 32 << 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final List<String> SCRAPS =
            List.of(
                    ":",
                    ": ",
                    "{",
                    "}",
                    "[",
                    "]",
                    "[[[[[[[[",
                    "{{{{{{{{",
                    "&a ",
                    "*a",
                    "*",
                    "|\n",
                    ">-\n",
                    "!!binary ",
                    "!!set ",
                    "!x ",
                    "- ",
                    "- - - - ",
                    "'",
                    "\"",
                    "\\",
                    "\t",
                    "\u0000",
                    "\ufeff",
                    "%",
                    "---\n",
                    "...\n",
                    "# ",
                    "<<: ",
                    "? ",
                    "~",
                    "é",
                    "\uD83D",
                    "(",
                    ")",
                    "((((((((",
                    "!!!!!!!!",
                    "--------",
                    " && ",
                    " || ",
                    " ? a : ",
                    "site.",
                    ".matches('(a*)*b')",
                    "expression: ",
                    "signal: ",
                    "\u2028",
                    "\u0085",
                    "\r");

    private final List<String> right = right();

    @Test
    void eachIsReadOrRefusedWithAPlace() {
        Long only = Long.getLong("mutate.seed");
        if (only != null) {
            look(only);
            return;
        }
        int read = 0;
        long heap = 0;
        for (int seed = 0; seed < FILES; seed++) {
            if (seed == FILES / 5) {
                heap = heap();
            }
            read += look(seed) ? 1 : 0;
        }
        long growth = heap() - heap;
        assertThat(read).as("some are still right").isGreaterThan(FILES / 20);
        assertThat(FILES - read).as("most are not").isGreaterThan(FILES / 3);
        assertThat(growth).as("bytes left behind").isLessThan(MOST_GROWTH_BYTES);
    }

    /** Whether it was read. */
    private boolean look(long seed) {
        String text = mutated(seed);
        CatalogResult result;
        try {
            long nanos = Long.MAX_VALUE;
            int tries = 0;
            do {
                long start = THREADS.getCurrentThreadCpuTime();
                result = check(text);
                nanos = Math.min(nanos, THREADS.getCurrentThreadCpuTime() - start);
                // Once more, where the machine compiled or collected in this very moment.
            } while (nanos > MOST_NANOS && seed >= WARM && ++tries < 3);
            if (nanos > MOST_NANOS && seed >= WARM) {
                throw new AssertionError("it takes " + nanos / 1_000_000 + " ms");
            }
            sound(result, text);
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + text, e);
        }
        return result.isValid();
    }

    private static CatalogResult check(String text) {
        return CatalogParser.check(
                List.of(new CatalogFile("c.yaml", text)),
                Map.of(),
                CatalogLimits.DEFAULT,
                Seen.NOTHING);
    }

    private static void sound(CatalogResult result, String text) {
        if (result.isValid() != result.problems().isEmpty()) {
            throw new AssertionError("neither read nor refused");
        }
        int told = 0;
        for (List<Problem> all : List.of(result.problems(), result.warnings())) {
            for (Problem problem : all) {
                told += problem.toString().length();
                // Of all files together, or of a file in which nothing stands.
                boolean whole =
                        problem.line() == 0
                                && problem.column() == 0
                                && (problem.file().equals("catalog") || text.isBlank());
                boolean placed =
                        problem.file().equals("c.yaml")
                                && problem.line() > 0
                                && problem.line() <= text.length() + 1
                                && problem.column() > 0
                                && problem.column() <= text.length() + 1
                                && problem.length() >= 0;
                if (problem.message().isBlank() || !whole && !placed) {
                    throw new AssertionError("no place: " + problem);
                }
            }
        }
        if (told > 50 * text.length() + 10_000) {
            throw new AssertionError(told + " characters are said of " + text.length());
        }
    }

    private String mutated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String text = right.get(random.nextInt(right.size()));
        for (int i = random.nextInt(4); i >= 0; i--) {
            text = once(text, random);
        }
        return text;
    }

    private String once(String text, SplittableRandom random) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(40));
        return switch (random.nextInt(11)) {
            case 0 -> bytes(text, random);
            case 1 ->
                    lines(
                            text,
                            lines ->
                                    Collections.swap(
                                            lines, any(lines, random), any(lines, random)));
            case 2 ->
                    lines(
                            text,
                            lines -> lines.add(any(lines, random), lines.get(any(lines, random))));
            case 3 -> lines(text, lines -> lines.remove(any(lines, random)));
            case 4 -> lines(text, lines -> indent(lines, any(lines, random), random));
            case 5 -> text.substring(0, at);
            case 6 -> text.substring(0, at) + text.substring(end);
            case 7 -> text.substring(0, end) + text.substring(at);
            case 8 ->
                    text.substring(0, at)
                            + SCRAPS.get(random.nextInt(SCRAPS.size()))
                            + text.substring(at);
            case 9 -> grown(text, at, random);
            default -> {
                String other = right.get(random.nextInt(right.size()));
                int from = random.nextInt(other.length());
                yield text.substring(0, at)
                        + other.substring(from, Math.min(other.length(), from + 60))
                        + text.substring(end);
            }
        };
    }

    private static String bytes(String text, SplittableRandom random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private interface Lines {
        void change(List<String> lines);
    }

    private static String lines(String text, Lines by) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
        by.change(lines);
        return String.join("\n", lines);
    }

    private static int any(List<String> lines, SplittableRandom random) {
        return random.nextInt(lines.size());
    }

    private static void indent(List<String> lines, int at, SplittableRandom random) {
        lines.set(at, " ".repeat(random.nextInt(6)) + lines.get(at).strip());
    }

    private static String grown(String text, int at, SplittableRandom random) {
        Matcher number = NUMBER.matcher(text);
        if (!number.find(at)) {
            return text;
        }
        String by =
                switch (random.nextInt(4)) {
                    case 0 -> "9".repeat(1 + random.nextInt(400));
                    case 1 -> number.group() + "e" + random.nextInt(400);
                    case 2 -> "-" + number.group();
                    default -> number.group() + "." + random.nextInt(1_000);
                };
        return text.substring(0, number.start()) + by + text.substring(number.end());
    }

    /** In use after what is garbage was collected. */
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** The files of the repository, whole and by document, for a small one is hit more often. */
    private static List<String> right() {
        List<String> right = new ArrayList<>();
        try {
            for (String file :
                    List.of(
                            "sites.yaml",
                            "policies.yaml",
                            "sustained.yaml",
                            "shift.yaml",
                            "sequence.yaml",
                            "silence.yaml",
                            "src/test/resources/catalog/formats.yaml")) {
                String text = Files.readString(Path.of(file));
                right.add(text);
                right.addAll(List.of(text.split("---\n")));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return right;
    }
}
