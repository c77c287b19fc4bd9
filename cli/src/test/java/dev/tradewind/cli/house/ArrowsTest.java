package dev.tradewind.cli.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which way dependencies run in this house, each rule with why it stands. It is here because only
 * the command line sees every module.
 */
@AnalyzeClasses(packages = "dev.tradewind", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    private static final String MODEL = "dev.tradewind.model..";
    private static final String RULES = "dev.tradewind.rules..";
    private static final String SOURCES = "dev.tradewind.sources..";
    private static final String SINKS = "dev.tradewind.sinks..";
    private static final String JOB = "dev.tradewind.job..";
    private static final String TESTBED = "dev.tradewind.testbed..";
    private static final String CLI = "dev.tradewind.cli..";

    @ArchTest
    static final ArchRule MODEL_IS_VOCABULARY =
            classes()
                    .that()
                    .resideInAPackage(MODEL)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(MODEL, "java..", "com.fasterxml.jackson.annotation..")
                    .because(
                            "the vocabulary is a contract with users and is read by every other module: what it"
                                    + " depends on, all depend on");

    @ArchTest
    static final ArchRule RULES_ARE_TEXT =
            noClasses()
                    .that()
                    .resideInAPackage(RULES)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            SOURCES,
                            SINKS,
                            JOB,
                            TESTBED,
                            CLI,
                            "org.apache.flink..",
                            "org.apache.kafka..",
                            "io.fabric8..",
                            "java.net.http..")
                    .because(
                            "rules are checked in an editor, in a test and in the job alike: they know text, not where it"
                                    + " comes from or runs");

    @ArchTest
    static final ArchRule SOURCES_READ =
            noClasses()
                    .that()
                    .resideInAPackage(SOURCES)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SINKS, JOB, TESTBED, CLI, "io.fabric8..")
                    .because("what is read must not depend on what is commanded or decided");

    @ArchTest
    static final ArchRule SINKS_ACT =
            noClasses()
                    .that()
                    .resideInAPackage(SINKS)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SOURCES, JOB, TESTBED, CLI)
                    .because(
                            "a sink brings about a command whoever gives it, and has to be simulated without the job");

    @ArchTest
    static final ArchRule THE_JOB_NEVER_USES_THE_TESTBED =
            noClasses()
                    .that()
                    .resideInAnyPackage(MODEL, RULES, SOURCES, SINKS, JOB)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(TESTBED, CLI)
                    .because(
                            "what runs in production must not reach what stands in for it: the job meets the testbed"
                                    + " by addresses only");

    @ArchTest
    static final ArchRule THE_TESTBED_STANDS_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage(TESTBED)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SOURCES, SINKS, JOB, CLI, "org.apache.flink..")
                    .because(
                            "a double that shares code with what it tests shares its mistakes, and shows none of them");

    @ArchTest
    static final ArchRule THE_PLANNER_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("dev.tradewind.job.plan..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.flink..",
                            "org.apache.kafka..",
                            "io.fabric8..",
                            "java.net..",
                            "java.io..",
                            SOURCES,
                            SINKS)
                    .because(
                            "the same planner runs in the job, in the backtest and in the simulation: it is a function of"
                                    + " records and a clock that is passed in");

    @ArchTest
    static final ArchRule PLACEMENT_DECIDES_WITHOUT_FLINK =
            noClasses()
                    .that()
                    .resideInAPackage("dev.tradewind.job.placement..")
                    .and()
                    .haveNameNotMatching(
                            ".*\\.(PlacementOperator|AdmissionOperator|Keyed|Surroundings|Absent|Earlier|Announcer|ForecastMeters)(\\$.*)?")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "io.fabric8..")
                    .because(
                            "deciding is tried by itself, thousands of times; only the operators around it, what they keep"
                                    + " and what they announce know state, timers and streams");

    @ArchTest
    static final ArchRule LEVELS_KNOW_NO_FLINK =
            noClasses()
                    .that()
                    .resideInAPackage("dev.tradewind.job.rules..")
                    .and()
                    .haveNameMatching(
                            ".*\\.(LevelBook|History|Lookahead|SeriesBinding|BindingIndex|Arbitration|Conduction|SiteValues|SiteExpressions|Derived|Replay|Look|Outlooks|Edge|SideEdge|RuleFacts|RuleWords|Detections)(\\$.*)?")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.flink..")
                    .because("what a reading does to a level is tried without a cluster");

    @ArchTest
    static final ArchRule EXPLAINING_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("dev.tradewind.job.explain..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink..", "java.io..", "java.nio..", CLI)
                    .because(
                            "what a rule made of a history follows from the two alone, however it is then shown");

    @ArchTest
    static final ArchRule ONLY_PUBLIC_API_OF_CEP =
            noClasses()
                    .that()
                    .resideInAPackage(JOB)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.flink.cep.nfa",
                            "org.apache.flink.cep.nfa.compiler..",
                            "org.apache.flink.cep.nfa.sharedbuffer..",
                            "org.apache.flink.cep.operator..")
                    .because(
                            "flink-cep's inside is no API: it changes without a word from one release to the next");

    @ArchTest
    static final ArchRule THE_HAND_OVER_ASKS_NOBODY =
            noClasses()
                    .that()
                    .resideInAPackage("dev.tradewind.sinks.handover..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.net..",
                            "java.nio..",
                            "java.util.concurrent..",
                            "java.util.random..",
                            "io.fabric8..",
                            "org.apache.flink..",
                            "org.apache.kafka.clients..")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(java.util.Random.class)
                    .because("the next step is told from what was seen, and from nothing else");

    @ArchTest
    static final ArchRule NO_ONE_ASKS_THE_WALL_IN_THE_CORE =
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "dev.tradewind.job.plan..", "dev.tradewind.sinks.handover..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now")
                    .because("time is passed in, or what was decided could not be decided again");
}
