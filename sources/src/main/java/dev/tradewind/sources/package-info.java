/**
 * What the job reads: readings, requests and outcomes from Kafka, and the catalog from a watched
 * directory.
 *
 * <p><b>Nothing that is read stops the job.</b> Each Kafka record becomes one element: what it
 * says, or a {@link dev.tradewind.model.wire.DeadLetter} with the raw bytes and a reason. Each
 * catalog that isn't valid leaves the last good one in force. What is wrong with the surroundings
 * (a topic that doesn't exist) is told before the job starts, by {@link
 * dev.tradewind.sources.kafka.TopicCheck}.
 *
 * <p><b>Time.</b> Event time comes from actual readings alone ({@link
 * dev.tradewind.sources.readings.ReadingWatermarks}) and, when all of them are silent, from the
 * energy clock ({@link dev.tradewind.sources.time.Ticker}). The catalog, requests and outcomes have
 * none.
 *
 * <p>The packages: {@code kafka}, what all topics have in common; {@code readings}, {@code
 * requests} and {@code outcomes}, one topic each; {@code catalog}; {@code time}; {@code unsplit},
 * what sources without splits share.
 */
package dev.tradewind.sources;
