package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestReading;
import dev.tradewind.rules.test.TestTimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code steps} of a test, in the order in which they happen: a reading or forecast comes
 * ({@code of}), the rules are edited ({@code edit}), the job is restarted ({@code restart}).
 */
final class StepsReader {
    /** Takes a step and the instant at which it happens. */
    interface Sink {
        void take(long at, Step step);
    }

    private final TestTimes times;
    private final Standstill standstill;
    private final TestReadingsReader readings;
    private final Catalog inPlay;
    private final Map<String, Double> eurPer;
    private final CatalogLimits limits;
    private final Map<String, Rule> known = new LinkedHashMap<>();
    private final Map<String, Rule> inForce = new LinkedHashMap<>();
    private long last = Long.MIN_VALUE;
    private long time = Long.MIN_VALUE;

    /**
     * @param rules that may be added
     * @param inPlay in force at first
     */
    StepsReader(
            TestTimes times,
            Standstill standstill,
            TestReadingsReader readings,
            List<Rule> rules,
            Catalog inPlay,
            Map<String, Double> eurPer,
            CatalogLimits limits) {
        this.times = times;
        this.standstill = standstill;
        this.readings = readings;
        this.inPlay = inPlay;
        this.eurPer = eurPer;
        this.limits = limits;
        rules.forEach(rule -> known.put(rule.name(), rule));
        inPlay.rules().forEach(rule -> inForce.put(rule.name(), rule));
    }

    void read(Section section, Sink sink) {
        if (section.has("edit")) {
            Long at = section.parsed("edit", null, times::parse);
            Catalog next = edited(section);
            section.done();
            if (at != null) {
                take(section, "edit", at, new Step.Edit(standstill.at(at), next), sink);
            }
        } else if (section.has("restart")) {
            Long at = section.parsed("restart", null, times::parse);
            section.done();
            if (at != null) {
                take(section, "restart", at, new Step.Restart(standstill.at(at)), sink);
            }
        } else {
            TestReading reading = readings.one(section);
            Long arrives = section.parsed("arrives", null, times::parse);
            section.done();
            if (reading != null) {
                long at = arrives != null ? arrives : Math.max(last, reading.eventMillis());
                take(
                        section,
                        "arrives",
                        at,
                        new Step.Arrival(standstill.before(at), reading),
                        sink);
            }
        }
    }

    private void take(Section section, String field, long at, Step step, Sink sink) {
        if (step.timeMillis() < time && at < last) {
            section.problem(
                    section.placeOfValue(field),
                    "it is before the step above it",
                    "steps in the order in which they happen",
                    null);
        }
        last = Math.max(last, at);
        time = Math.max(time, step.timeMillis());
        sink.take(last, step);
    }

    private Catalog edited(Section edit) {
        for (Rule rule :
                edit.list(
                        "add",
                        List.<Rule>of(),
                        text -> RuleTestReader.named(known, "rule", text))) {
            inForce.put(rule.name(), rule);
        }
        for (Section put : edit.sections("put")) {
            String name = put.required("name", "the rule's name", Names::label);
            Section spec = put.requiredSection("spec");
            put.done();
            Rule read = new RuleReader(name == null ? "" : name, spec, eurPer, limits).read();
            if (name != null && read != null) {
                inForce.put(name, read);
            }
        }
        edit.list("remove", List.<Rule>of(), text -> RuleTestReader.named(inForce, "rule", text))
                .forEach(rule -> inForce.remove(rule.name()));
        return RuleTestParser.catalog(inPlay.sites(), List.copyOf(inForce.values()));
    }
}
