package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A value of a signal for the interval that starts at {@code datetime}, or a forecast curve of
 * {@code points}. Of a {@code zone} or a {@code site}.
 *
 * @param unit as the feed sends it; converted on reading where the signal is known
 * @param datetime start of the interval
 * @param duration of the interval, ISO 8601; an hour where it is missing
 * @param kind {@code actual}, {@code estimated} or {@code forecast}
 * @param generatedAt when a forecast was made; an estimate or a correction may carry it too
 * @param signalType {@code average} or {@code marginal}; the two are never compared
 * @param source who says so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reading(
        String site,
        String zone,
        String signal,
        Double value,
        String unit,
        Instant datetime,
        String duration,
        String kind,
        Instant generatedAt,
        String signalType,
        String source,
        Boolean isEstimated,
        List<Point> points) {

    /** One value of a forecast. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Point(Instant datetime, String duration, Double value) {}
}
