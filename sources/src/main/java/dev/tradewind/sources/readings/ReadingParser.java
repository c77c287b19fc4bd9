package dev.tradewind.sources.readings;

import dev.tradewind.sources.kafka.JsonErrors;
import dev.tradewind.sources.kafka.Unreadable;
import dev.tradewind.sources.kafka.Unreadable.Kind;
import java.time.DateTimeException;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.sym.PropertyNameMatcher;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.core.util.Named;

/**
 * Takes the fields of one reading from its JSON, token by token: binding to a record costs four
 * times as much, most of it for strings and instants that are thrown away. It reads every reading
 * and says what is wrong with the rest; {@link ReadingScanner} is faster for the usual ones. Of one
 * thread.
 */
final class ReadingParser {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    // A reader's thread lives as long as its task.
                    .recyclerPool(JsonRecyclerPools.threadLocalPool())
                    .build();

    private static final List<String> FIELDS = ReadingFields.NAMES;
    private static final List<String> POINT_FIELDS = List.of("datetime", "value", "duration");
    private static final PropertyNameMatcher NAMES = matcher(FIELDS);
    private static final PropertyNameMatcher POINT_NAMES = matcher(POINT_FIELDS);

    private final int maxPoints;
    private final boolean ignoreUnknownFields;
    private final ReadingFields out;

    ReadingParser(ReadingFields out, int maxPoints, boolean ignoreUnknownFields) {
        this.out = out;
        this.maxPoints = maxPoints;
        this.ignoreUnknownFields = ignoreUnknownFields;
    }

    private static PropertyNameMatcher matcher(List<String> names) {
        return JSON.constructNameMatcher(names.stream().map(Named::fromString).toList(), false);
    }

    /**
     * @throws tools.jackson.core.JacksonException where it is not JSON
     * @throws Unreadable where it is not a reading
     */
    void parse(byte[] json) throws Unreadable {
        out.clear();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), json, 0, json.length)) {
            JsonToken first = in.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new Unreadable(
                        Kind.shape, "expected a JSON object, but this is " + name(first));
            }
            object(in);
            if (in.nextToken() != null) {
                throw new Unreadable(Kind.syntax, "not JSON: something follows the object");
            }
        }
    }

    private void object(JsonParser in) throws Unreadable {
        int seen = 0;
        for (int field; (field = next(in, NAMES)) != PropertyNameMatcher.MATCH_END_OBJECT; ) {
            if (field < 0) {
                unknown(in, FIELDS);
                continue;
            }
            seen = once(seen, field, FIELDS);
            if (in.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case 0 -> out.zone = text(in, "zone");
                case 1 -> out.signal = text(in, "signal");
                case 2 -> {
                    out.value = number(in, "value");
                    out.hasValue = true;
                }
                case 3 -> out.unit = text(in, "unit");
                case 4 -> out.datetime = instant(in, "datetime");
                case 5 -> out.duration = text(in, "duration");
                case 6 -> out.kind = text(in, "kind");
                case 7 -> out.source = text(in, "source");
                case 8 -> out.site = text(in, "site");
                case 9 -> out.generatedAt = instant(in, "generatedAt");
                case 10 -> out.signalType = text(in, "signalType");
                case 11 -> out.isEstimated = flag(in, "isEstimated");
                default -> points(in);
            }
        }
    }

    private void points(JsonParser in) throws Unreadable {
        expect(in, JsonToken.START_ARRAY, "points", "an array");
        out.points = 0;
        for (JsonToken token; (token = in.nextToken()) != JsonToken.END_ARRAY; out.points++) {
            if (token != JsonToken.START_OBJECT) {
                throw new Unreadable(
                        Kind.shape,
                        "points[" + out.points + "] must be an object, but is " + name(token));
            }
            if (out.points == maxPoints) {
                throw new Unreadable(Kind.value, "more than " + maxPoints + " points");
            }
            out.growPoints();
            point(in, out.points);
        }
    }

    private void point(JsonParser in, int i) throws Unreadable {
        int seen = 0;
        long start = ReadingFields.ABSENT;
        boolean valued = false;
        out.pointDurations[i] = null;
        for (int field; (field = next(in, POINT_NAMES)) != PropertyNameMatcher.MATCH_END_OBJECT; ) {
            if (field < 0) {
                unknown(in, POINT_FIELDS);
                continue;
            }
            seen = once(seen, field, POINT_FIELDS);
            if (in.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case 0 -> start = instant(in, "datetime of a point");
                case 1 -> {
                    out.pointValues[i] = number(in, "value of a point");
                    valued = true;
                }
                default -> out.pointDurations[i] = text(in, "duration of a point");
            }
        }
        if (start == ReadingFields.ABSENT || !valued) {
            throw new Unreadable(
                    Kind.shape, "points[" + i + "] must have both a datetime and a value");
        }
        out.pointStarts[i] = start;
    }

    private static int next(JsonParser in, PropertyNameMatcher names) throws Unreadable {
        int field = in.nextNameMatch(names);
        if (field == PropertyNameMatcher.MATCH_ODD_TOKEN) {
            throw new Unreadable(Kind.syntax, "not JSON: the record ends inside the object");
        }
        return field;
    }

    private void unknown(JsonParser in, List<String> known) throws Unreadable {
        if (!ignoreUnknownFields) {
            throw JsonErrors.unknownField(in.currentName(), "", known);
        }
        in.nextToken();
        in.skipChildren();
    }

    private static int once(int seen, int field, List<String> names) throws Unreadable {
        int bit = 1 << field;
        if ((seen & bit) != 0) {
            throw new Unreadable(Kind.shape, names.get(field) + " is given twice");
        }
        return seen | bit;
    }

    private static String text(JsonParser in, String field) throws Unreadable {
        expect(in, JsonToken.VALUE_STRING, field, "a text");
        return in.getString();
    }

    private static double number(JsonParser in, String field) throws Unreadable {
        JsonToken token = in.currentToken();
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(in, field, "a number");
        }
        double number = in.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw new Unreadable(Kind.value, field + " must be finite, but is " + in.getString());
        }
        return number;
    }

    private static long instant(JsonParser in, String field) throws Unreadable {
        expect(in, JsonToken.VALUE_STRING, field, "an instant as text");
        char[] text = in.getStringCharacters();
        int offset = in.getStringOffset();
        int length = in.getStringLength();
        try {
            return InstantText.parseMillis(text, offset, length);
        } catch (DateTimeException e) {
            throw new Unreadable(
                    Kind.time,
                    field
                            + ": expected an instant such as 2026-03-01T12:00:00Z, but got '"
                            + new String(text, offset, Math.min(length, 64))
                            + "'");
        }
    }

    private static boolean flag(JsonParser in, String field) throws Unreadable {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrong(in, field, "true or false");
        };
    }

    private static void expect(JsonParser in, JsonToken token, String field, String expected)
            throws Unreadable {
        if (in.currentToken() != token) {
            throw wrong(in, field, expected);
        }
    }

    private static Unreadable wrong(JsonParser in, String field, String expected) {
        return new Unreadable(
                Kind.value, field + " must be " + expected + ", but is " + name(in.currentToken()));
    }

    private static String name(JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> token.toString();
        };
    }
}
