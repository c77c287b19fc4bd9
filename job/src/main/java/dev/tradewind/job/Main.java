package dev.tradewind.job;

import dev.tradewind.job.journal.Journal;
import dev.tradewind.job.options.OptionsException;
import dev.tradewind.job.options.OptionsPage;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.RecoveryPort;
import dev.tradewind.job.recovery.Probe;
import dev.tradewind.job.recovery.Recovery;
import dev.tradewind.job.topology.Commands;
import dev.tradewind.job.topology.Inputs;
import dev.tradewind.job.topology.KafkaClients;
import dev.tradewind.job.topology.Outputs;
import dev.tradewind.job.topology.Topology;
import dev.tradewind.job.topology.WayBack;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.rules.catalog.CatalogLimits;
import dev.tradewind.sources.catalog.CatalogSource;
import dev.tradewind.sources.kafka.TopicCheck;
import dev.tradewind.sources.kafka.TopicCheck.Cleanup;
import dev.tradewind.sources.kafka.TopicCheck.Need;
import dev.tradewind.sources.kafka.TopicInput;
import dev.tradewind.sources.outcomes.OutcomeSource;
import dev.tradewind.sources.readings.ReadingFormat;
import dev.tradewind.sources.readings.ReadingSource;
import dev.tradewind.sources.requests.RequestSource;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job: {@code flink run tradewind-job.jar --config tradewind.yaml}. */
public final class Main {
    /** What is given to the command line is wrong. */
    public static final int WRONG = 2;

    /** Operators' state can be spread over as many subtasks; part of every savepoint. */
    public static final int MAX_PARALLELISM = 128;

    private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(10);
    private static final String NAME = "tradewind";
    private static final long TOPIC_CHECK_MILLIS = 15_000;
    private static final long TOPIC_DISCOVERY_MILLIS = 60_000;

    private Main() {}

    /** See the reference of options. */
    public static void main(String[] args) throws Exception {
        int code = run(args, System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /**
     * @return {@link #WRONG} where something about the options, the files that they name or the
     *     topics is wrong; it has been told then
     */
    static int run(String[] args, PrintStream out, PrintStream err) throws Exception {
        if (args.length == 1 && (args[0].equals("--help") || args[0].equals("-h"))) {
            out.println(OptionsPage.markdown());
            return 0;
        }
        TradewindOptions options;
        Map<String, String> clients;
        try {
            options = TradewindOptions.parse(args);
            clients = KafkaClients.properties(options.get(TradewindOptions.PROPERTIES_FILE));
        } catch (OptionsException e) {
            return wrong(err, e.problems());
        } catch (IOException e) {
            return wrong(err, List.of("kafka.properties.file: can't be read: " + e.getMessage()));
        }
        if (options.get(TradewindOptions.CHECK_TOPICS)) {
            List<String> problems =
                    TopicCheck.check(
                            options.get(TradewindOptions.BOOTSTRAP_SERVERS),
                            clients,
                            needs(options),
                            TOPIC_CHECK_MILLIS);
            if (!problems.isEmpty()) {
                return wrong(err, problems);
            }
        }
        define(options, clients, new Configuration()).execute(NAME);
        return 0;
    }

    /**
     * The job, ready to be executed: what {@link #main} submits.
     *
     * @param configuration of the cluster or a test; what the options say wins
     * @throws OptionsException where {@code kafka.properties.file} can't be read
     */
    public static StreamExecutionEnvironment prepare(
            TradewindOptions options, Configuration configuration) throws OptionsException {
        try {
            return define(
                    options,
                    KafkaClients.properties(options.get(TradewindOptions.PROPERTIES_FILE)),
                    configuration);
        } catch (IOException e) {
            throw new OptionsException(
                    List.of("kafka.properties.file: can't be read: " + e.getMessage()));
        }
    }

    private static StreamExecutionEnvironment define(
            TradewindOptions options, Map<String, String> clients, Configuration configuration) {
        EnergyClock clock = options.clock(System.currentTimeMillis());
        StreamExecutionEnvironment env = environment(options, configuration);
        Topology.define(
                env,
                options,
                clock,
                inputs(options, clock, clients, new Recovery(options, clients)),
                new Outputs(
                        Commands.sink(options),
                        Journal.sink(options, clients),
                        WayBack.sink(options, clients)));
        return env;
    }

    private static int wrong(PrintStream err, List<String> problems) {
        err.println("Tradewind was not started:");
        problems.forEach(problem -> err.println("  - " + problem));
        return WRONG;
    }

    /** How its topics have to be; one that isn't so keeps the job from starting. */
    static List<Need> needs(TradewindOptions options) {
        return List.of(
                new Need(options.get(TradewindOptions.READINGS), Cleanup.ANY),
                new Need(options.get(TradewindOptions.REQUESTS), Cleanup.NOT_COMPACTED),
                new Need(options.get(TradewindOptions.OUTCOMES), Cleanup.NOT_COMPACTED),
                new Need(options.get(TradewindOptions.COMMANDS), Cleanup.ANY),
                new Need(options.get(TradewindOptions.DECISIONS), Cleanup.ANY),
                new Need(options.get(TradewindOptions.PLACEMENTS), Cleanup.COMPACTED),
                new Need(options.get(TradewindOptions.DETECTIONS), Cleanup.ANY),
                new Need(options.get(TradewindOptions.CATALOG), Cleanup.COMPACTED),
                new Need(options.get(TradewindOptions.DEADLETTERS), Cleanup.ANY),
                new Need(options.get(TradewindOptions.LEDGER_DAYS), Cleanup.COMPACTED),
                new Need(options.get(TradewindOptions.ADMISSION), Cleanup.NOT_COMPACTED));
    }

    /**
     * Where the job runs, configured as it needs it.
     *
     * @param configuration of the cluster or a test; what the options say wins
     */
    public static StreamExecutionEnvironment environment(
            TradewindOptions options, Configuration configuration) {
        // What would fall back to Kryo fails at once, and not when it has to be restored.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // State without a uid of its own is lost by the next change of the graph.
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        // Nothing that flows here is changed after it was sent.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        configuration.set(
                PipelineOptions.AUTO_WATERMARK_INTERVAL,
                duration(options.get(TradewindOptions.WATERMARK_INTERVAL)));
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                duration(options.get(TradewindOptions.CHECKPOINT_INTERVAL)));
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_TIMEOUT,
                duration(options.get(TradewindOptions.CHECKPOINT_TIMEOUT)));
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
        configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
                duration(options.get(TradewindOptions.RESTART_DELAY)));
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                duration(options.get(TradewindOptions.RESTART_MAX_DELAY)));
        // A reading passes four exchanges before it is a decision. Flink's 100 ms at each would be
        // most of what a rule without `for` takes; under load buffers fill before they are flushed.
        configuration.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        Integer parallelism = options.get(TradewindOptions.PARALLELISM);
        if (parallelism != null) {
            env.setParallelism(parallelism);
        }
        return env;
    }

    /**
     * What the job reads, as the options say.
     *
     * @param clients properties of Kafka clients: security and the like
     * @param recovery asked when the job starts without state; null: there is nothing to find
     */
    public static Inputs inputs(
            TradewindOptions options,
            EnergyClock clock,
            Map<String, String> clients,
            RecoveryPort recovery) {
        int most = options.get(TradewindOptions.MAX_BYTES);
        Map<String, Double> currencies = options.get(TradewindOptions.CURRENCIES);
        ReadingFormat format =
                new ReadingFormat(
                        currencies,
                        clock,
                        options.get(TradewindOptions.READINGS_MAX_AHEAD),
                        options.get(TradewindOptions.FORECASTS_MAX_AHEAD),
                        most,
                        options.get(TradewindOptions.MAX_POINTS),
                        options.get(TradewindOptions.IGNORE_UNKNOWN_FIELDS));
        return new Inputs(
                ReadingSource.create(topic(options, TradewindOptions.READINGS, clients), format),
                RequestSource.create(topic(options, TradewindOptions.REQUESTS, clients), most),
                OutcomeSource.create(topic(options, TradewindOptions.OUTCOMES, clients), most),
                new CatalogSource(
                        options.get(TradewindOptions.CATALOG_DIR),
                        options.get(TradewindOptions.CATALOG_POLL),
                        currencies,
                        new CatalogLimits(
                                options.get(TradewindOptions.MOST_RULES),
                                options.get(TradewindOptions.MAX_WINDOW)),
                        clock),
                WayBack.source(options, clients),
                recovery,
                new Probe(options));
    }

    private static TopicInput topic(
            TradewindOptions options,
            dev.tradewind.job.options.Option<String> topic,
            Map<String, String> clients) {
        return new TopicInput(
                options.get(TradewindOptions.BOOTSTRAP_SERVERS),
                options.get(topic),
                options.get(TradewindOptions.GROUP_ID),
                clients,
                TOPIC_DISCOVERY_MILLIS);
    }

    private static Duration duration(long millis) {
        return Duration.ofMillis(millis);
    }
}
