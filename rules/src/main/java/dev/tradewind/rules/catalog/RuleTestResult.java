package dev.tradewind.rules.catalog;

import dev.tradewind.rules.test.RuleTest;
import java.util.List;

/**
 * What became of a set of test files.
 *
 * @param tests those without a problem, in the order of files and lines
 * @param problems all of them, in the order of files, lines and columns
 * @param warnings what is allowed and probably not meant
 */
public record RuleTestResult(
        List<RuleTest> tests, List<Problem> problems, List<Problem> warnings) {}
