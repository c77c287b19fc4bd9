/**
 * Rule tests, {@code *.test.yaml}: what is fed and when, and what is to be detected. {@link
 * dev.tradewind.rules.catalog.RuleTestParser} reads them.
 */
package dev.tradewind.rules.test;
