package dev.tradewind.job.topology;

import dev.tradewind.job.journal.DeadLetters;
import dev.tradewind.job.journal.Journal;
import dev.tradewind.job.journal.JournalRecord;
import dev.tradewind.job.journal.JournalWriter;
import dev.tradewind.job.ledger.LedgerOperator;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.placement.AdmissionOperator;
import dev.tradewind.job.placement.FleetEvent;
import dev.tradewind.job.placement.HistoryFile;
import dev.tradewind.job.placement.PlacementConfig;
import dev.tradewind.job.placement.PlacementOperator;
import dev.tradewind.job.placement.Word;
import dev.tradewind.job.placement.WorkloadEvent;
import dev.tradewind.job.rules.Arbiter;
import dev.tradewind.job.rules.Deriver;
import dev.tradewind.job.rules.Edge;
import dev.tradewind.job.rules.EdgeSerializer;
import dev.tradewind.job.rules.Readings;
import dev.tradewind.job.rules.ReadingsSerializer;
import dev.tradewind.job.rules.RuleBinder;
import dev.tradewind.job.rules.Shapes;
import dev.tradewind.job.rules.SiteValue;
import dev.tradewind.job.rules.Together;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.sources.catalog.CatalogNews;
import dev.tradewind.sources.catalog.CatalogSource;
import dev.tradewind.sources.outcomes.OutcomeRecord;
import dev.tradewind.sources.readings.ManyAtOnce;
import dev.tradewind.sources.readings.ReadingWatermarks;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import dev.tradewind.sources.requests.RequestRecord;
import dev.tradewind.sources.time.Ticker;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the job.
 *
 * <pre>
 * readings, together + ticker
 *                  v
 *             rule binder ------------> arbiter -> patterns -> detections
 *                          | views                               |
 * catalog ----------------------------------------------------- fleet
 *                                                                 |
 * requests + outcomes --------------------------------------> placement -> commands
 *                                                             |   ^   | decisions, placements
 *                                                   rows, claims  grants, prices (a topic)
 *                                                             v   |
 * fleet --------------------------------------------------> admission
 * placements + views + catalog -> ledger -> days                  |
 * all of these, what becomes of the catalog, and dead letters -> journal
 * </pre>
 *
 * Each operator has a uid: it is where a savepoint keeps its state.
 */
public final class Topology {
    /** Wall time between two accounts of what is taken, while nobody asks for room. */
    private static final long TELL_MILLIS = 100;

    private Topology() {}

    /** The part from readings to detections. */
    public record Rules(
            SingleOutputStreamOperator<Edge> edges,
            DataStream<Detection> detections,
            DataStream<DeadLetter> deadLetters) {}

    /** Defines the whole job. */
    public static void define(
            StreamExecutionEnvironment env,
            TradewindOptions options,
            EnergyClock clock,
            Inputs in,
            Outputs out) {
        DataStream<CatalogNews> news = news(env, in.catalog());
        DataStream<Catalog> catalogs = CatalogSource.inForce(news, "catalogs-in-force");
        Rules rules = rules(env, options, clock, in.readings(), catalogs);

        SingleOutputStreamOperator<RequestRecord> requests =
                control(
                        env,
                        in.requests(),
                        "requests",
                        TypeInformation.of(RequestRecord.class),
                        RequestRecord::reject);
        SingleOutputStreamOperator<OutcomeRecord> outcomes =
                control(
                        env,
                        in.outcomes(),
                        "outcomes",
                        TypeInformation.of(OutcomeRecord.class),
                        OutcomeRecord::reject);
        DataStream<WorkloadEvent> events =
                map(
                                requests,
                                "requests to placement",
                                WorkloadEvent.class,
                                r -> WorkloadEvent.of(r.request()))
                        .union(
                                map(
                                        outcomes,
                                        "outcomes to placement",
                                        WorkloadEvent.class,
                                        o -> WorkloadEvent.of(o.outcome())));

        // Catalogs first: what one operator is told of a catalog, the others may hear sooner.
        DataStream<FleetEvent> fleet =
                map(catalogs, "catalogs to placement", FleetEvent.class, FleetEvent::of)
                        .union(
                                map(
                                        rules.edges().getSideOutput(RuleBinder.VIEWS),
                                        "views to placement",
                                        FleetEvent.class,
                                        FleetEvent::of),
                                map(
                                        rules.detections(),
                                        "detections to placement",
                                        FleetEvent.class,
                                        FleetEvent::of));

        DataStream<FleetEvent> words =
                map(
                        env.fromSource(
                                        in.admission(),
                                        WatermarkStrategy.noWatermarks(),
                                        "admission's words",
                                        TypeInformation.of(Word.class))
                                .uid("admission-words")
                                .setParallelism(1),
                        "words to placement",
                        FleetEvent.class,
                        FleetEvent::of);

        SingleOutputStreamOperator<Command> commands =
                events.keyBy(WorkloadEvent::workload)
                        .connect(fleet.union(words).broadcast())
                        .transform(
                                "placement",
                                TypeInformation.of(Command.class),
                                new PlacementOperator(
                                        clock,
                                        in.recovery(),
                                        placement(options),
                                        history(options),
                                        in.probe(),
                                        options.get(TradewindOptions.SITES_PROBE)))
                        .uid("placement")
                        .setParallelism(options.get(TradewindOptions.PLACEMENT_PARALLELISM));
        commands.getSideOutput(PlacementOperator.UPS)
                .connect(fleet)
                .transform(
                        "admission",
                        TypeInformation.of(Word.class),
                        new AdmissionOperator(clock, TELL_MILLIS))
                .uid("admission")
                .setParallelism(1)
                .sinkTo(out.admission())
                .name("admission to placement")
                .uid("admission-sink")
                .setParallelism(1);
        commands.sinkTo(out.commands()).name("commands").uid("commands").setParallelism(1);

        DataStream<DeadLetter> deadLetters =
                rules.deadLetters()
                        .union(
                                requests.getSideOutput(DeadLetters.TAG),
                                outcomes.getSideOutput(DeadLetters.TAG));
        JournalWriter writer = new JournalWriter(Journal.topics(options));
        DataStream<Decision> decisions = commands.getSideOutput(PlacementOperator.DECISIONS);
        DataStream<Placement> placements = commands.getSideOutput(PlacementOperator.PLACEMENTS);
        journal(decisions, "decisions", writer::of)
                .union(
                        journal(placements, "placements", writer::of),
                        journal(ledger(placements, fleet, options, clock), "ledger", writer::of),
                        journal(commands, "commands", writer::of),
                        journal(rules.detections(), "detections", writer::of),
                        catalogJournal(news, writer),
                        journal(deadLetters, "dead letters", writer::of))
                .sinkTo(out.journal())
                .name("journal")
                .uid("journal")
                .setParallelism(1);
    }

    private static HistoryFile history(TradewindOptions options) {
        String path = options.get(TradewindOptions.HISTORY);
        return path == null
                ? null
                : new HistoryFile(path, options.get(TradewindOptions.CURRENCIES));
    }

    /** What came of it, at the values that were measured. */
    private static DataStream<LedgerDay> ledger(
            DataStream<Placement> placements,
            DataStream<FleetEvent> fleet,
            TradewindOptions options,
            EnergyClock clock) {
        return placements
                .keyBy(Placement::workload)
                .connect(fleet.broadcast(LedgerOperator.CATALOG, LedgerOperator.VALUES))
                .process(
                        new LedgerOperator(
                                clock,
                                options.get(TradewindOptions.LEDGER_EVERY),
                                options.get(TradewindOptions.LEDGER_CLOSE)),
                        TypeInformation.of(LedgerDay.class))
                .name("ledger")
                .uid("ledger")
                .setParallelism(1);
    }

    /** Defines the part from readings to detections. */
    public static Rules rules(
            StreamExecutionEnvironment env,
            TradewindOptions options,
            EnergyClock clock,
            Source<Sample, ?, ?> source,
            DataStream<Catalog> catalogs) {
        SingleOutputStreamOperator<Readings> readings =
                env.fromSource(
                                new ManyAtOnce<>(source),
                                ReadingWatermarks.strategy(
                                        clock,
                                        options.get(TradewindOptions.OUT_OF_ORDERNESS),
                                        options.get(TradewindOptions.MAX_AHEAD),
                                        Duration.ofMillis(options.get(TradewindOptions.IDLE))),
                                "readings",
                                SampleTypeInfo.INSTANCE)
                        .uid("readings")
                        .transform(
                                "readings that were read", ReadingsSerializer.TYPE, new Together())
                        .uid("readings-read");
        DataStream<Readings> time =
                Ticker.stream(
                        env,
                        clock,
                        options.get(TradewindOptions.TICKER_BOUND),
                        "ticker",
                        ReadingsSerializer.TYPE);
        Found found = find(readings.union(time), options, clock, catalogs);
        return new Rules(
                found.edges(), found.detections(), readings.getSideOutput(DeadLetters.TAG));
    }

    /** What {@link #find} finds, and the edges on the way to it. */
    public record Found(SingleOutputStreamOperator<Edge> edges, DataStream<Detection> detections) {}

    /**
     * Defines the part from readings whose event time is known to detections: what rule tests run.
     */
    public static Found find(
            DataStream<Readings> readings,
            TradewindOptions options,
            EnergyClock clock,
            DataStream<Catalog> catalogs) {
        SingleOutputStreamOperator<Edge> edges =
                readings.keyBy(Readings::key)
                        .connect(catalogs.broadcast())
                        .transform(
                                "rule binder",
                                EdgeSerializer.TYPE,
                                new RuleBinder(
                                        options.get(TradewindOptions.VIEWS_INTERVAL),
                                        options.get(TradewindOptions.STALE_AFTER),
                                        clock))
                        .uid("rule-binder");
        DataStream<Edge> counting =
                edges.union(expressions(edges.getSideOutput(RuleBinder.VALUES), options, catalogs))
                        .keyBy(Edge::key)
                        .transform("arbiter", TypeInformation.of(Edge.class), new Arbiter())
                        .uid("arbiter");
        return new Found(edges, Shapes.detect(counting, catalogs));
    }

    /** The levels of rules over expressions, which have several series to wait for. */
    private static DataStream<Edge> expressions(
            DataStream<SiteValue> values, TradewindOptions options, DataStream<Catalog> catalogs) {
        long staleAfter = options.get(TradewindOptions.STALE_AFTER);
        // One by one: what an edit brings comes at the edit's instant, before time goes on.
        return values.keyBy(SiteValue::site)
                .connect(catalogs.broadcast())
                .transform("expressions", SampleTypeInfo.INSTANCE, new Deriver(staleAfter))
                .uid("expressions")
                .map(Readings::new, ReadingsSerializer.TYPE)
                .name("values of expressions")
                .uid("values-of-expressions")
                .keyBy(Readings::key)
                .connect(catalogs.broadcast())
                .transform(
                        "rule binder of expressions",
                        EdgeSerializer.TYPE,
                        RuleBinder.ofExpressions(staleAfter))
                .uid("rule-binder-expressions");
    }

    /**
     * Catalogs, at parallelism 1 and always idle, for {@link #rules} alone: in the whole job they
     * come out of the news of the catalog.
     */
    public static DataStream<Catalog> catalogs(
            StreamExecutionEnvironment env, Source<Catalog, ?, ?> source) {
        return env.fromSource(
                        source,
                        WatermarkStrategy.noWatermarks(),
                        "catalog",
                        TypeInformation.of(Catalog.class))
                .uid("catalog")
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    /** What becomes of the catalog, at parallelism 1 and always idle. */
    private static DataStream<CatalogNews> news(
            StreamExecutionEnvironment env, Source<CatalogNews, ?, ?> source) {
        return env.fromSource(
                        source,
                        WatermarkStrategy.noWatermarks(),
                        "catalog",
                        TypeInformation.of(CatalogNews.class))
                .uid("catalog")
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    /** Requests and outcomes are few, and those of one key have to stay in order: parallelism 1. */
    private static <T> SingleOutputStreamOperator<T> control(
            StreamExecutionEnvironment env,
            Source<T, ?, ?> source,
            String name,
            TypeInformation<T> type,
            Rejects.RejectOf<T> reject) {
        return env.fromSource(source, WatermarkStrategy.noWatermarks(), name, type)
                .uid(name)
                .setParallelism(1)
                .process(new Rejects<>(reject), type)
                .name(name + " that were read")
                .uid(name + "-read")
                .setParallelism(1);
    }

    private static <A, B> SingleOutputStreamOperator<B> map(
            DataStream<A> stream, String name, Class<B> type, MapFunction<A, B> function) {
        return stream.map(function, TypeInformation.of(type))
                .name(name)
                .uid(name.replace(' ', '-'))
                .setParallelism(1);
    }

    private static <A> SingleOutputStreamOperator<JournalRecord> journal(
            DataStream<A> stream, String name, MapFunction<A, JournalRecord> function) {
        return map(stream, "journal of " + name, JournalRecord.class, function);
    }

    private static DataStream<JournalRecord> catalogJournal(
            DataStream<CatalogNews> news, JournalWriter writer) {
        return news.flatMap(
                        (one, out) -> writer.of(one).forEach(out::collect),
                        TypeInformation.of(JournalRecord.class))
                .name("journal of catalogs")
                .uid("journal-of-catalogs")
                .setParallelism(1);
    }

    private static PlacementConfig placement(TradewindOptions options) {
        PlacementConfig defaults = PlacementConfig.DEFAULT;
        return new PlacementConfig(
                options.get(TradewindOptions.REISSUE),
                options.get(TradewindOptions.REISSUE_ACCEPTED),
                options.get(TradewindOptions.RETRY),
                options.get(TradewindOptions.RETRY_MAX),
                options.get(TradewindOptions.LEDGER),
                options.get(TradewindOptions.START_MARGIN),
                defaults.requestsRemembered(),
                defaults.requestsBeforeCatalog());
    }
}
