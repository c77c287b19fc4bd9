package dev.tradewind.sources.readings;

import dev.tradewind.model.WorkloadId;
import dev.tradewind.model.wire.DeadLetter;
import dev.tradewind.sources.kafka.Decoder;
import dev.tradewind.sources.kafka.Event;
import dev.tradewind.sources.kafka.JsonErrors;
import dev.tradewind.sources.kafka.Unreadable;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.time.DateTimeException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.JacksonException;

/**
 * Reads readings: {@link ReadingScanner} takes the fields from the JSON of the usual ones, {@link
 * ReadingParser} from any other; this says what they mean.
 */
final class ReadingDecoder implements Decoder<Sample> {
    private static final int LONGEST_SOURCE = 64;

    private static final long serialVersionUID = 1L;

    private final ReadingFormat format;
    private transient ReadingFields fields;
    private transient ReadingScanner scanner;
    private transient ReadingParser parser;
    private transient ReadingCheck check;
    private transient SeriesIndex index;

    ReadingDecoder(ReadingFormat format) {
        this.format = format;
    }

    @Override
    public Sample decode(ConsumerRecord<byte[], byte[]> record, Event event) throws Unreadable {
        if (fields == null) {
            fields = new ReadingFields();
            scanner = new ReadingScanner(fields);
            parser = new ReadingParser(fields, format.maxPoints(), format.ignoreUnknownFields());
            check = new ReadingCheck(format);
            index = new SeriesIndex();
        }
        ReadingFields in = fields;
        Beginning known = scanner.again(event.json());
        Sample again = known == null ? null : in.ended.meaning.of(known.series, in.value);
        if (again != null) {
            return again;
        }
        if (!scanner.scan(event.json())) {
            try {
                parser.parse(event.json());
            } catch (JacksonException e) {
                throw JsonErrors.unreadable(e);
            }
        }
        Series series = in.begun != null ? in.begun.series : null;
        if (series == null) {
            series = series(in);
            if (in.begun != null) {
                in.begun.series = series;
            }
        }
        String kind = in.kind == null ? "actual" : in.kind;
        switch (kind) {
            case "actual":
                return value(
                        Boolean.TRUE.equals(in.isEstimated)
                                ? Sample.Kind.ESTIMATED
                                : Sample.Kind.ACTUAL,
                        series,
                        in);
            case "estimated":
                return value(Sample.Kind.ESTIMATED, series, in);
            case "forecast":
                return forecast(series, in, event);
            default:
                throw new Unreadable(
                        Kind.value,
                        "unknown kind '" + kind + "'; expected actual, estimated or forecast");
        }
    }

    private Series series(ReadingFields in) throws Unreadable {
        boolean zone = in.zone != null;
        if (zone == (in.site != null)) {
            throw new Unreadable(
                    Kind.shape,
                    zone
                            ? "both site and zone are given; expected one of them"
                            : "site or zone is missing");
        }
        String subject = zone ? in.zone : in.site;
        boolean marginal = "marginal".equals(in.signalType);
        Series known = in.signal == null ? null : index.find(zone, marginal, subject, in.signal);
        // What is in the index was looked at when it was put there.
        if (known != null && (in.signalType == null || marginal)) {
            return known;
        }
        checkNames(in, zone);
        if (in.signalType != null && !marginal && !in.signalType.equals("average")) {
            throw new Unreadable(
                    Kind.value,
                    "unknown signalType '" + in.signalType + "'; expected average or marginal");
        }
        return known != null ? known : index.add(zone, marginal, subject, in.signal);
    }

    private static void checkNames(ReadingFields in, boolean zone) throws Unreadable {
        if (zone ? !named(in.zone, 128) : !WorkloadId.isLabel(in.site)) {
            throw new Unreadable(
                    Kind.value,
                    zone
                            ? "'" + in.zone + "' is not a zone's name"
                            : "'" + in.site + "' is not a site's name; expected a-z, 0-9 and -");
        }
        if (in.signal == null) {
            throw new Unreadable(Kind.shape, "signal is missing");
        }
        if (!signal(in.signal)) {
            throw new Unreadable(
                    Kind.value,
                    "'"
                            + in.signal
                            + "' is not a signal's name; expected at most 64 letters, digits, '.', '_' and '-'");
        }
    }

    private Sample value(Sample.Kind kind, Series series, ReadingFields in) throws Unreadable {
        if (in.points >= 0) {
            throw new Unreadable(
                    Kind.shape, "points are of kind forecast; this reading is of another kind");
        }
        if (!in.hasValue) {
            throw new Unreadable(Kind.shape, "value is missing");
        }
        if (in.datetime == ReadingFields.ABSENT) {
            throw new Unreadable(Kind.shape, "datetime, the start of the interval, is missing");
        }
        check.valueStart(in.datetime);
        if (in.generatedAt != ReadingFields.ABSENT) {
            check.generatedAt(in.generatedAt);
        }
        Sample made =
                Sample.value(
                        kind,
                        series,
                        check.canonical(in.signal, in.value, in.unit),
                        in.datetime,
                        in.datetime + check.duration(in.duration),
                        in.generatedAt == ReadingFields.ABSENT ? Sample.NOT_SAID : in.generatedAt,
                        series.isCarbon() ? source(in.source) : null);
        if (in.begun != null && in.ended != null) {
            keep(made, in);
        }
        return made;
    }

    /** For those that begin in this manner and end alike. */
    private static void keep(Sample made, ReadingFields in) {
        double scale = ReadingCheck.scale(in.signal, in.unit);
        in.ended.meaning =
                Double.isNaN(scale)
                        ? null
                        : new Meaning(
                                in.begun.manner(),
                                made.kind(),
                                scale,
                                ReadingCheck.least(in.signal),
                                made.startMillis(),
                                made.endMillis(),
                                made.generatedMillis(),
                                made.source());
    }

    /** It is for people, and goes into the ledger: it has to end somewhere. */
    private static String source(String said) {
        return said != null && said.length() > LONGEST_SOURCE
                ? said.substring(0, LONGEST_SOURCE)
                : said;
    }

    private Sample forecast(Series series, ReadingFields in, Event event) throws Unreadable {
        long generatedAt = in.generatedAt;
        if (generatedAt == ReadingFields.ABSENT && event.time() != null) {
            generatedAt = time(event.time());
        }
        if (generatedAt == ReadingFields.ABSENT) {
            throw new Unreadable(
                    Kind.shape, "generatedAt is missing; a forecast says when it was made");
        }
        check.generatedAt(generatedAt);
        if (in.points >= 0) {
            if (in.hasValue) {
                throw new Unreadable(
                        Kind.shape, "both value and points are given; expected one of them");
            }
            return Curve.of(series, generatedAt, in, check);
        }
        if (!in.hasValue || in.datetime == ReadingFields.ABSENT) {
            throw new Unreadable(
                    Kind.shape, "a forecast has points, or one value and its datetime");
        }
        check.pointStart(in.datetime);
        return Sample.forecast(
                series,
                generatedAt,
                new long[] {in.datetime},
                new long[] {in.datetime + check.duration(in.duration)},
                new double[] {check.canonical(in.signal, in.value, in.unit)});
    }

    private static long time(String ceTime) throws Unreadable {
        try {
            return InstantText.parseMillis(ceTime.toCharArray(), 0, ceTime.length());
        } catch (DateTimeException e) {
            throw new Unreadable(
                    Kind.envelope, "the CloudEvents time '" + ceTime + "' is not an instant");
        }
    }

    private static boolean named(String name, int longest) {
        if (name.isBlank() || name.length() > longest) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean signal(String name) {
        int length = name.length();
        if (length == 0 || length > 64) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            boolean other = c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Sample rejected(DeadLetter reject) {
        return Sample.rejected(reject);
    }
}
