package dev.tradewind.sources.readings;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes the fields of a reading of the usual shape straight from its bytes, in a fraction of the
 * time of a JSON parser: one flat object of known fields, each once, in any order; texts of ASCII
 * without escapes; instants as {@link InstantText} reads them by hand; a number of at most 15
 * digits without an exponent.
 *
 * <p>It knows but this shape. Whatever else comes (a curve, a null, another alphabet, anything
 * wrong) it leaves to {@link ReadingParser}, which reads the record from its beginning: so this
 * says nothing about errors, and takes only what the parser takes, for the same.
 *
 * <p>The record is copied before a row of zeros, which stand in no JSON: nothing needs to ask
 * whether the record is at its end, and eight bytes are looked at at a time ({@link Words}). Of one
 * thread.
 */
final class ReadingScanner {
    private static final int NOT_USUAL = -1;

    // Places in ReadingFields.NAMES.
    private static final int ZONE = 0;
    private static final int SIGNAL = 1;
    private static final int VALUE = 2;
    static final int UNIT = 3;
    private static final int DATETIME = 4;
    static final int DURATION = 5;
    static final int KIND = 6;
    static final int SOURCE = 7;
    private static final int SITE = 8;
    private static final int GENERATED_AT = 9;
    private static final int SIGNAL_TYPE = 10;
    private static final int IS_ESTIMATED = 11;

    /** The fields as they stand in JSON, between quotes and with the colon, as all write it. */
    private static final Words[] NAMES =
            ReadingFields.NAMES.stream()
                    .map(name -> Words.of('"' + name + "\":"))
                    .toArray(Words[]::new);

    private static final Words TRUE = Words.of("true");
    private static final Words FALSE = Words.of("false");

    /** A double holds whole numbers of so many digits exactly, and these powers of ten. */
    private static final int MOST_DIGITS = 15;

    private static final double[] POWERS_OF_TEN = powersOfTen();

    /** The longest instant, its quotes, and what is looked at beyond it. */
    private static final int ZEROS = 26 + Words.MORE;

    /** Of a text that is kept. */
    private static final int LONGEST = 64;

    private static final int LONGEST_BEGINNING = 256;
    private static final int LONGEST_ENDING = 256;
    private static final int MOST_MANNERS = 1_000;

    /** Fewer bytes are no reading, and can't be looked at by {@link Words}. */
    private static final int SHORTEST = Words.MORE;

    /** Fields whose values are texts. */
    private static final int TEXTS =
            1 << ZONE
                    | 1 << SITE
                    | 1 << SIGNAL
                    | 1 << SIGNAL_TYPE
                    | 1 << UNIT
                    | 1 << DURATION
                    | 1 << KIND
                    | 1 << SOURCE;

    private final ReadingFields out;
    private final BytesCache<Beginning> beginnings = new BytesCache<>(4_000);
    private final BytesCache<String> texts = new BytesCache<>(4_000);
    private final Map<Manner, Manner> manners = new HashMap<>();

    /** Which field came after each the last time: a feed writes them in one order. */
    private final int[] after = new int[NAMES.length + 1];

    private byte[] json = new byte[512];
    private int length;

    /** The instant that was read last: feeds send many readings of one instant. */
    private Words instant = Words.of("");

    private long instantMillis;

    /** Whether this record has an instant that the one before had, too. */
    private boolean repeated;

    /** The fields of a record that was of the usual shape, a bit each. */
    private int seen;

    /** What stood after the value last, by signal. */
    private final Ending[] endings = new Ending[Beginning.SIGNALS];

    /** What {@link #again} found the record to begin with, for {@link #scan} to go on with. */
    private BytesCache.Known<Beginning> met;

    ReadingScanner(ReadingFields out) {
        this.out = out;
    }

    /**
     * Takes a record of which all but the value was met and understood before, as nearly all of a
     * feed that sends many readings of one instant: then the fields hold its value, and nothing
     * else. Where this returns null, {@link #scan} is to be asked of the same record.
     *
     * @return what it begins with
     */
    Beginning again(byte[] record) {
        met = record.length < SHORTEST ? null : beginnings.again(record, 0);
        // A last byte that no number can have: none is read beyond the end.
        if (met == null || met.length() == record.length || !isEnd(record[record.length - 1])) {
            return null;
        }
        Beginning beginning = met.value();
        Ending ending = endings[beginning.signal()];
        if (ending == null
                || ending.meaning == null
                || beginning.series == null
                || beginning.manner() != ending.meaning.manner()) {
            return null;
        }
        int at = number(record, met.length());
        if (at == NOT_USUAL || !ending.isAt(record, at, record.length, beginning.seen())) {
            return null;
        }
        met = null;
        out.ended = ending;
        return beginning;
    }

    private static double[] powersOfTen() {
        double[] powers = new double[MOST_DIGITS + 1];
        Arrays.setAll(powers, i -> Double.parseDouble("1e" + i));
        return powers;
    }

    /**
     * @return false where the record is not of the usual shape; what is in the fields then means
     *     nothing
     */
    boolean scan(byte[] record) {
        out.clear();
        repeated = false;
        copy(record);
        BytesCache.Known<Beginning> known = met != null ? met : beginnings.again(json, 0);
        met = null;
        if (known == null) {
            int at = blank(0);
            return json[at] == '{' && fields(at, NAMES.length, 0);
        }
        Beginning beginning = known.value();
        beginning.into(out);
        int at = number(json, blank(known.length()));
        if (at == NOT_USUAL) {
            return false;
        }
        Ending ending = endings[beginning.signal()];
        if (ending != null && ending.isAt(json, at, length, beginning.seen())) {
            ending.into(out);
            return true;
        }
        return goesOn(beginning, at);
    }

    private boolean goesOn(Beginning beginning, int from) {
        int at = blank(from);
        boolean usual = json[at] == ',' ? fields(at, VALUE, beginning.seen()) : ends(at);
        // Where each reading has an instant of its own, none ends like another.
        if (usual && repeated && out.begun != null && length - from <= LONGEST_ENDING) {
            out.ended = new Ending(json, from, length, seen & ~beginning.seen(), out);
            endings[beginning.signal()] = out.ended;
        }
        return usual;
    }

    /**
     * @param begin where the brace or comma before a field is
     * @param last the field before that
     * @param before the fields that were there, a bit each
     */
    private boolean fields(int begin, int last, int before) {
        int at = begin;
        int field = last;
        seen = before;
        do {
            at = blank(at + 1);
            field = name(at, field);
            if (field == NOT_USUAL || (seen & 1 << field) != 0) {
                return false;
            }
            at = blank(at + NAMES[field].length());
            if (field == VALUE && (seen & ~TEXTS) == 0) {
                begins(at, seen | 1 << VALUE);
            }
            seen |= 1 << field;
            at = value(field, at);
            if (at == NOT_USUAL) {
                return false;
            }
            at = blank(at);
        } while (json[at] == ',');
        return ends(at);
    }

    private boolean ends(int at) {
        return json[at] == '}' && blank(at + 1) == length;
    }

    /** Keeps in mind what stands before the value, which is where the next one is looked for. */
    private void begins(int size, int seen) {
        if (size <= LONGEST_BEGINNING && beginnings.find(json, 0, size) == null) {
            beginnings.add(json, 0, size, new Beginning(seen, out, manner(seen)));
        }
    }

    /** One for all that are equal. */
    private Manner manner(int seen) {
        if (manners.size() >= MOST_MANNERS) {
            manners.clear();
        }
        return manners.computeIfAbsent(Manner.of(seen, out), made -> made);
    }

    private void copy(byte[] record) {
        if (json.length < record.length + ZEROS) {
            json = new byte[2 * (record.length + ZEROS)];
        }
        System.arraycopy(record, 0, json, 0, record.length);
        Arrays.fill(json, record.length, record.length + ZEROS, (byte) 0);
        length = record.length;
    }

    /** Where something other than blanks is. */
    private int blank(int from) {
        int at = from;
        while (isBlank(json[at])) {
            at++;
        }
        return at;
    }

    private static boolean isEnd(byte b) {
        return b == '}' || isBlank(b);
    }

    private static boolean isBlank(byte b) {
        return b <= ' ' && (b == ' ' || b == '\n' || b == '\r' || b == '\t');
    }

    private int name(int at, int before) {
        int expected = after[before];
        if (NAMES[expected].areAt(json, at)) {
            return expected;
        }
        for (int field = 0; field < NAMES.length; field++) {
            if (NAMES[field].areAt(json, at)) {
                after[before] = field;
                return field;
            }
        }
        return NOT_USUAL;
    }

    /** Each of these returns where what it takes is at its end, or NOT_USUAL. */
    private int value(int field, int at) {
        return switch (field) {
            case VALUE -> number(json, at);
            case DATETIME, GENERATED_AT -> instant(field, at);
            case IS_ESTIMATED -> flag(at);
            case ZONE, SIGNAL, UNIT, DURATION, KIND, SOURCE, SITE, SIGNAL_TYPE -> text(field, at);
            default -> NOT_USUAL;
        };
    }

    private int text(int field, int at) {
        if (json[at] != '"') {
            return NOT_USUAL;
        }
        int from = at + 1;
        // With the quote at its end, which says that it isn't longer.
        BytesCache.Known<String> text = texts.again(json, from);
        if (text == null) {
            int to = Words.endOfText(json, from);
            if (json[to] != '"') {
                return NOT_USUAL;
            }
            text = texts.find(json, from, to + 1 - from);
            if (text == null) {
                String made = new String(json, from, to - from, StandardCharsets.US_ASCII);
                if (to - from > LONGEST) {
                    set(field, made);
                    return to + 1;
                }
                text = texts.add(json, from, to + 1 - from, made);
            }
        }
        set(field, text.value());
        return from + text.length();
    }

    private void set(int field, String text) {
        if ((1 << field & (1 << ZONE | 1 << SITE | 1 << SIGNAL | 1 << SIGNAL_TYPE)) != 0) {
            out.begun = null;
        }
        switch (field) {
            case ZONE -> out.zone = text;
            case SIGNAL -> out.signal = text;
            case UNIT -> out.unit = text;
            case DURATION -> out.duration = text;
            case KIND -> out.kind = text;
            case SITE -> out.site = text;
            case SIGNAL_TYPE -> out.signalType = text;
            default -> out.source = text;
        }
    }

    /**
     * The digits as a whole number by a power of ten, both exact: so their quotient is rounded
     * once.
     */
    private int number(byte[] json, int begin) {
        boolean negative = json[begin] == '-';
        int first = negative ? begin + 1 : begin;
        int at = first;
        long digits = 0;
        for (int digit; (digit = json[at] - '0') >= 0 && digit <= 9; at++) {
            digits = 10 * digits + digit;
        }
        int whole = at - first;
        int fraction = 0;
        if (json[at] == '.') {
            int point = at++;
            for (int digit; (digit = json[at] - '0') >= 0 && digit <= 9; at++) {
                digits = 10 * digits + digit;
            }
            fraction = at - point - 1;
            if (fraction == 0) {
                return NOT_USUAL;
            }
        }
        boolean number =
                whole > 0 && whole + fraction <= MOST_DIGITS && (whole == 1 || json[first] != '0');
        // An exponent or anything else that goes on; and -0 isn't 0.
        boolean over = json[at] == ',' || json[at] == '}' || isBlank(json[at]);
        if (!number || !over || negative && digits == 0) {
            return NOT_USUAL;
        }
        double value = fraction == 0 ? digits : digits / POWERS_OF_TEN[fraction];
        out.value = negative ? -value : value;
        out.hasValue = true;
        return at;
    }

    private int instant(int field, int at) {
        int from = at + 1;
        int size = json[from + 20] == '"' ? 20 : 24;
        if (json[at] != '"' || json[from + size] != '"') {
            return NOT_USUAL;
        }
        if (instant.length() != size || !instant.areAt(json, from)) {
            long millis = InstantText.usual(json, from, size);
            if (millis == InstantText.NOT_USUAL) {
                return NOT_USUAL;
            }
            instant = Words.at(json, from, size);
            instantMillis = millis;
        } else {
            repeated = true;
        }
        if (field == DATETIME) {
            out.datetime = instantMillis;
        } else {
            out.generatedAt = instantMillis;
        }
        return from + size + 1;
    }

    private int flag(int at) {
        boolean yes = TRUE.areAt(json, at);
        if (!yes && !FALSE.areAt(json, at)) {
            return NOT_USUAL;
        }
        out.isEstimated = yes;
        return at + (yes ? TRUE : FALSE).length();
    }
}
