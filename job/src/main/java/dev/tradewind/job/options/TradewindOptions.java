package dev.tradewind.job.options;

import dev.tradewind.model.EnergyClock;
import dev.tradewind.rules.catalog.CatalogLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The job's options and their values. {@link #ALL} is the one place where an option is told; the
 * reference page is made of it.
 */
public final class TradewindOptions {
    /** How often what is written may be seen again after a failure. */
    public enum Guarantee {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    // Kafka
    public static final Option<String> BOOTSTRAP_SERVERS =
            Option.required(
                    "kafka.bootstrap.servers",
                    Types.SERVERS,
                    "Brokers of the control Kafka. It must not depend on a site that may be lost.");
    public static final Option<String> PROPERTIES_FILE =
            Option.optional(
                    "kafka.properties.file",
                    Types.PATH,
                    "Properties for every Kafka client of the job, such as `security.protocol` and"
                            + " `sasl.jaas.config`. The file is read where the clients run, so it has to be on the"
                            + " client, the JobManager and every TaskManager; its values are never part of the job.");
    public static final Option<String> GROUP_ID =
            Option.of(
                    "kafka.group.id",
                    Types.NAME,
                    "tradewind",
                    "Consumer group, and the beginning of transactional ids. Two jobs on one Kafka need two.");
    public static final Option<String> READINGS =
            topic("readings", "Energy readings and forecasts, read.");
    public static final Option<String> REQUESTS =
            topic("requests", "Requests of owners, read. Must not be compacted.");
    public static final Option<String> OUTCOMES =
            topic("outcomes", "What commands did, written and read. Must not be compacted.");
    public static final Option<String> COMMANDS = topic("commands", "Commands, written for audit.");
    public static final Option<String> DECISIONS = topic("decisions", "Decisions, written.");
    public static final Option<String> PLACEMENTS =
            topic("placements", "The present state of each workload, written. Must be compacted.");
    public static final Option<String> DETECTIONS = topic("detections", "What rules saw, written.");
    public static final Option<String> CATALOG =
            topic("catalog", "Which catalog is in force, written. Must be compacted.");
    public static final Option<String> DEADLETTERS =
            topic("deadletters", "What could not be read, written with the reason.");
    public static final Option<String> LEDGER_DAYS =
            topic(
                    "ledger",
                    "What each workload cost and saved, by site and day, written. Must be compacted.");
    public static final Option<String> ADMISSION =
            topic(
                    "admission",
                    "What admission tells placement, written and read by the job alone. An hour of it is enough.");
    public static final Option<Boolean> CHECK_TOPICS =
            Option.of(
                    "topics.check",
                    Types.FLAG,
                    "true",
                    "Whether to ask Kafka, before the job starts, if all topics are there and kept as they must be.");

    // Catalog and connections
    public static final Option<String> CATALOG_DIR =
            Option.required(
                    "catalog.dir",
                    Types.PATH,
                    "Directory of sites, policies and rules, on the JobManager.");
    public static final Option<Long> CATALOG_POLL =
            Option.of(
                    "catalog.poll",
                    Types.DURATION,
                    "250ms",
                    "How often that directory is looked at. An edit is in force after one to two of these.");
    public static final Option<String> CONNECTIONS_DIR =
            Option.required(
                    "connections.dir",
                    Types.PATH,
                    "Directory of connection files, one a site, on the TaskManager where the sink runs.");

    // Time
    public static final Option<Instant> CLOCK_ORIGIN =
            Option.optional(
                    "clock.origin",
                    Types.INSTANT,
                    "What the energy clock shows at `clock.wallOrigin`. Left out, the energy clock is the wall's.");
    public static final Option<Double> CLOCK_RATE =
            Option.of(
                    "clock.rate",
                    Types.RATE,
                    "1",
                    "How many times faster than the wall's the energy clock runs. Other than 1 it needs"
                            + " `clock.origin`.");
    public static final Option<Instant> CLOCK_WALL_ORIGIN =
            Option.optional(
                    "clock.wallOrigin",
                    Types.INSTANT,
                    "Wall time at which the energy clock shows `clock.origin`; the moment of submission where it is"
                            + " left out. Give the same one again when the job is resumed from a savepoint.");
    public static final Option<Long> OUT_OF_ORDERNESS =
            Option.of(
                    "watermark.outOfOrderness",
                    Types.DURATION_OR_ZERO,
                    "5s",
                    "How much later than its successor a reading may come before it counts as late. Energy time.");
    public static final Option<Long> IDLE =
            Option.of(
                    "watermark.idle",
                    Types.DURATION,
                    "10s",
                    "Wall time without an actual reading after which a partition no longer holds time back.");
    public static final Option<Long> MAX_AHEAD =
            Option.of(
                    "watermark.maxAhead",
                    Types.DURATION_OR_ZERO,
                    "5m",
                    "How far readings may carry event time beyond the energy clock.");
    public static final Option<Long> TICKER_BOUND =
            Option.of(
                    "watermark.ticker.bound",
                    Types.DURATION_OR_ZERO,
                    "30s",
                    "How far event time stays behind the energy clock where all feeds are silent: how long a"
                            + " reading is waited for before a deadline fires without it. Energy time.");
    public static final Option<Long> WATERMARK_INTERVAL =
            Option.of(
                    "watermark.interval",
                    Types.DURATION,
                    "200ms",
                    "How often event time is told. Wall time.");

    // Readings and rules
    public static final Option<Map<String, Double>> CURRENCIES =
            Option.of(
                    "currencies",
                    Types.RATES,
                    "",
                    "EUR for one of each other currency, such as `USD=0.92,NOK=0.085`. Prices in a currency without"
                            + " a rate are dead letters.");
    public static final Option<Long> READINGS_MAX_AHEAD =
            Option.of(
                    "readings.maxAhead",
                    Types.DURATION_OR_ZERO,
                    "1h",
                    "A value that starts later than this beyond the energy clock is a dead letter.");
    public static final Option<Long> FORECASTS_MAX_AHEAD =
            Option.of(
                    "readings.maxForecastAhead",
                    Types.DURATION,
                    "400d",
                    "A forecast with a point that starts later than this beyond the energy clock is a dead letter.");
    public static final Option<Integer> MAX_POINTS =
            Option.of(
                    "readings.maxPoints",
                    Types.count(1, 1_000_000),
                    "10000",
                    "A forecast of more points is a dead letter.");
    public static final Option<Boolean> IGNORE_UNKNOWN_FIELDS =
            Option.of(
                    "readings.ignoreUnknownFields",
                    Types.FLAG,
                    "false",
                    "Whether a reading with a field that is not known is taken all the same, instead of being a dead"
                            + " letter.");
    public static final Option<Integer> MAX_BYTES =
            Option.of(
                    "record.maxBytes",
                    Types.count(1_000, 100_000_000),
                    "1000000",
                    "A larger record is a dead letter.");
    public static final Option<Long> STALE_AFTER =
            Option.of(
                    "rules.staleAfter",
                    Types.DURATION,
                    "2h",
                    "How long after its end a reading of a site itself still wins over one of its zone, and a reading"
                            + " counts for a rule that is added, where the rule names no `maxGap`. Energy time.");
    public static final Option<Integer> MOST_RULES =
            Option.of(
                    "rules.most",
                    Types.count(1, 100_000),
                    Integer.toString(CatalogLimits.DEFAULT.mostRules()),
                    "A catalog with more rules is rejected.");
    public static final Option<Long> MAX_WINDOW =
            Option.of(
                    "rules.maxWindow",
                    Types.DURATION,
                    "8d",
                    "A rule with a longer `for`, `maxGap`, `within` or window is rejected, and its catalog with it."
                            + " Energy time.");
    public static final Option<Long> VIEWS_INTERVAL =
            Option.of(
                    "views.interval",
                    Types.DURATION_OR_ZERO,
                    "1m",
                    "Placement takes in at most one reading of a series in this time. Energy time.");

    // What is written, and failures
    public static final Option<Long> CHECKPOINT_INTERVAL =
            Option.of(
                    "checkpoint.interval",
                    Types.DURATION,
                    "5s",
                    "Commands are carried out, and what is written exactly once is seen, when a checkpoint is"
                            + " complete: on average half of this later.");
    public static final Option<Long> CHECKPOINT_TIMEOUT =
            Option.of(
                    "checkpoint.timeout",
                    Types.DURATION,
                    "2m",
                    "A checkpoint that takes longer is given up.");
    public static final Option<Guarantee> DELIVERY =
            Option.of(
                    "delivery.guarantee",
                    Types.oneOf(Guarantee.class),
                    "exactly-once",
                    "Of what is written. Readers of exactly-once topics need `isolation.level=read_committed`.");
    public static final Option<Long> TRANSACTION_TIMEOUT =
            Option.of(
                    "transaction.timeout",
                    Types.DURATION,
                    "15m",
                    "With exactly-once: Kafka drops what the job wrote if it is away for longer. No more than the"
                            + " brokers' `transaction.max.timeout.ms`.");
    public static final Option<Long> RESTART_DELAY =
            Option.of(
                    "restart.delay",
                    Types.DURATION,
                    "1s",
                    "How long to wait before the job is started again after a failure; doubled with each one that"
                            + " follows soon.");
    public static final Option<Long> RESTART_MAX_DELAY =
            Option.of("restart.maxDelay", Types.DURATION, "1m", "The longest such wait.");
    public static final Option<Integer> PARALLELISM =
            Option.optional(
                    "parallelism",
                    Types.count(1, 128),
                    "Of reading and of rules; the cluster's default where it is left out. Sinks have 1.");

    // Placement
    public static final Option<Integer> PLACEMENT_PARALLELISM =
            Option.of(
                    "placement.parallelism",
                    Types.count(1, 128),
                    "1",
                    "Of placement. It may be another with each savepoint but the first of a version whose placement had 1 alone.");
    public static final Option<Long> REISSUE =
            Option.of(
                    "placement.reissue",
                    Types.DURATION,
                    "5s",
                    "A command that nobody has acknowledged is issued again after this. Wall time.");
    public static final Option<Long> REISSUE_ACCEPTED =
            Option.of(
                    "placement.reissueAccepted",
                    Types.DURATION,
                    "5m",
                    "A command that was accepted and has not ended is issued again after this. Wall time.");
    public static final Option<Long> RETRY =
            Option.of(
                    "placement.retry",
                    Types.DURATION,
                    "30s",
                    "A site where a command came to nothing is tried again after this; doubled with each failure. Wall"
                            + " time.");
    public static final Option<Long> RETRY_MAX =
            Option.of("placement.retryMax", Types.DURATION, "30m", "The longest such wait.");
    public static final Option<Long> LEDGER =
            Option.of(
                    "placement.ledger",
                    Types.DURATION,
                    "1h",
                    "A placement is published for its ledger alone at most this often. Energy time.");
    public static final Option<Long> LEDGER_EVERY =
            Option.of(
                    "ledger.every",
                    Types.DURATION,
                    "1h",
                    "How often the days that are open are published. Energy time.");
    public static final Option<Long> LEDGER_CLOSE =
            Option.of(
                    "ledger.closeAfter",
                    Types.DURATION,
                    "6h",
                    "A UTC day is closed this long after its end; values that come later change nothing of it. Energy"
                            + " time.");

    public static final Option<Long> START_MARGIN =
            Option.of(
                    "placement.startMargin",
                    Types.DURATION,
                    "2m",
                    "Work with a deadline is started so long before the last moment, for starting takes time itself;"
                            + " earlier where its own starts took longer. Wall time.");

    public static final Option<String> HISTORY =
            Option.optional(
                    "placement.history",
                    Types.PATH,
                    "A signals CSV of what was before, from which a job that starts without state learns what a usual"
                            + " day of each zone is, prices converted by `currencies`. It is read once, on the TaskManager that runs placement; after a"
                            + " restart what is in the state counts, and the file is not read again.");

    // The hand-over
    public static final Option<Long> DEADLINE_CHECK =
            deadline("check", "1m", "until both sites answer and are as they must be");
    public static final Option<Long> DEADLINE_ACT =
            deadline("act", "1m", "for one act with its retries");
    public static final Option<Long> DEADLINE_CATCH_UP =
            deadline("catchUp", "30m", "until mirrors have what the source has");
    public static final Option<Long> DEADLINE_DRAIN =
            deadline(
                    "drain",
                    "3m",
                    "until pods are gone and mirrors are equal, while the workload stands still");
    public static final Option<Long> DEADLINE_WRITABLE =
            deadline("writable", "1m", "until the new side is writable; then it is failed over");
    public static final Option<Long> DEADLINE_READY =
            deadline("ready", "5m", "until pods are ready");
    public static final Option<Long> DEADLINE_SETTLE =
            deadline("settle", "2s", "for an act's effect to be seen before it is sent again");
    public static final Option<Long> DEADLINE_LOST =
            Option.of(
                    "handover.deadline.lost",
                    Types.DURATION,
                    "15s",
                    "For so long a lost site must not have answered the sink, in every look, before it is failed over;"
                            + " besides what the policy says. Wall time.");
    public static final Option<Long> SITES_PROBE =
            Option.of(
                    "sites.probe",
                    Types.DURATION,
                    "5s",
                    "From one time to the next that each site is asked whether its Kubernetes API or its brokers answer."
                            + " Wall time.");
    public static final Option<Integer> ACTUATOR_THREADS =
            Option.of(
                    "actuator.threads",
                    Types.count(1, 1_000),
                    "32",
                    "Threads on which commands are carried out. They wait for sites most of the time, and what several"
                            + " ask a site at once is asked in one request: more of them than processors is cheaper.");
    public static final Option<Long> ACTUATOR_POLL =
            Option.of(
                    "actuator.poll",
                    Types.DURATION,
                    "100ms",
                    "Between two looks at the sites while something is under way.");
    public static final Option<Long> ACTUATOR_JOB_POLL =
            Option.of(
                    "actuator.jobPoll",
                    Types.DURATION,
                    "500ms",
                    "Between two looks at a running Job.");
    public static final Option<Long> ACTUATOR_LEASE =
            Option.of(
                    "actuator.lease",
                    Types.DURATION,
                    "15s",
                    "How long a lease holds without being renewed: how long a successor waits after a crash.");
    public static final Option<Long> ACTUATOR_RETRY =
            Option.of(
                    "actuator.retry",
                    Types.DURATION,
                    "100ms",
                    "Before a call that failed is tried again; doubled with each failure.");
    public static final Option<Long> ACTUATOR_RETRY_MAX =
            Option.of("actuator.retryMax", Types.DURATION, "5s", "The longest such wait.");
    public static final Option<Long> CALL_TIMEOUT =
            Option.of(
                    "actuator.call",
                    Types.DURATION,
                    "5s",
                    "The longest a single call to a cluster or a data plane may take.");
    public static final Option<Boolean> ACTUATOR_DRY_RUN =
            Option.of(
                    "actuator.dryRun",
                    Types.FLAG,
                    "false",
                    "Look and say what would be done, but do nothing.");

    public static final Option<List<String>> RECOVERY_NAMESPACES =
            Option.of(
                    "recovery.namespaces",
                    Types.NAMES,
                    "",
                    "A job that starts without state asks each site what runs there, in these namespaces; in all where"
                            + " none is given, which the sites' credentials must allow then.");

    /** Every option, in the order of the reference page. */
    public static final List<Option<?>> ALL =
            List.of(
                    BOOTSTRAP_SERVERS,
                    PROPERTIES_FILE,
                    GROUP_ID,
                    READINGS,
                    REQUESTS,
                    OUTCOMES,
                    COMMANDS,
                    DECISIONS,
                    PLACEMENTS,
                    DETECTIONS,
                    CATALOG,
                    DEADLETTERS,
                    LEDGER_DAYS,
                    ADMISSION,
                    CHECK_TOPICS,
                    CATALOG_DIR,
                    CATALOG_POLL,
                    CONNECTIONS_DIR,
                    CLOCK_ORIGIN,
                    CLOCK_RATE,
                    CLOCK_WALL_ORIGIN,
                    OUT_OF_ORDERNESS,
                    IDLE,
                    MAX_AHEAD,
                    TICKER_BOUND,
                    WATERMARK_INTERVAL,
                    CURRENCIES,
                    READINGS_MAX_AHEAD,
                    FORECASTS_MAX_AHEAD,
                    MAX_POINTS,
                    IGNORE_UNKNOWN_FIELDS,
                    MAX_BYTES,
                    STALE_AFTER,
                    MOST_RULES,
                    MAX_WINDOW,
                    VIEWS_INTERVAL,
                    CHECKPOINT_INTERVAL,
                    CHECKPOINT_TIMEOUT,
                    DELIVERY,
                    TRANSACTION_TIMEOUT,
                    RESTART_DELAY,
                    RESTART_MAX_DELAY,
                    PARALLELISM,
                    PLACEMENT_PARALLELISM,
                    REISSUE,
                    REISSUE_ACCEPTED,
                    RETRY,
                    RETRY_MAX,
                    LEDGER,
                    START_MARGIN,
                    HISTORY,
                    LEDGER_EVERY,
                    LEDGER_CLOSE,
                    DEADLINE_CHECK,
                    DEADLINE_ACT,
                    DEADLINE_CATCH_UP,
                    DEADLINE_DRAIN,
                    DEADLINE_WRITABLE,
                    DEADLINE_READY,
                    DEADLINE_SETTLE,
                    DEADLINE_LOST,
                    SITES_PROBE,
                    ACTUATOR_THREADS,
                    ACTUATOR_POLL,
                    ACTUATOR_JOB_POLL,
                    ACTUATOR_LEASE,
                    ACTUATOR_RETRY,
                    ACTUATOR_RETRY_MAX,
                    CALL_TIMEOUT,
                    ACTUATOR_DRY_RUN,
                    RECOVERY_NAMESPACES);

    private final Map<String, Object> values;

    TradewindOptions(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * From {@code --key value}, {@code --key=value} and {@code --config FILE}; see {@link
     * OptionsReader}.
     *
     * @throws OptionsException with everything that is wrong
     */
    public static TradewindOptions parse(String... args) throws OptionsException {
        return OptionsReader.read(args);
    }

    /** The value of an option, or its default; null where it has none and was not given. */
    @SuppressWarnings("unchecked")
    public <T> T get(Option<T> option) {
        Object value = values.get(option.key());
        if (value == null && option.fallback() != null) {
            return option.parse(option.fallback());
        }
        return (T) value;
    }

    /** Whether it was given a value. */
    public boolean isSet(Option<?> option) {
        return values.containsKey(option.key());
    }

    /** With another value of one option. */
    public <T> TradewindOptions with(Option<T> option, T value) {
        Map<String, Object> changed = new java.util.HashMap<>(values);
        changed.put(option.key(), value);
        return new TradewindOptions(changed);
    }

    /**
     * The energy clock.
     *
     * @param submittedMillis wall time at which it shows {@code clock.origin}, where no other is
     *     given
     */
    public EnergyClock clock(long submittedMillis) {
        Instant origin = get(CLOCK_ORIGIN);
        if (origin == null) {
            return EnergyClock.WALL;
        }
        Instant wall = get(CLOCK_WALL_ORIGIN);
        return EnergyClock.startingAt(
                origin, get(CLOCK_RATE), wall == null ? submittedMillis : wall.toEpochMilli());
    }

    private static Option<String> topic(String name, String description) {
        return Option.of("topics." + name, Types.TOPIC_NAME, "tradewind." + name, description);
    }

    private static Option<Long> deadline(String step, String fallback, String until) {
        return Option.of(
                "handover.deadline." + step,
                Types.DURATION,
                fallback,
                "How long a step may take " + until + ". Wall time.");
    }
}
