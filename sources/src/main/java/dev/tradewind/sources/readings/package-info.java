/**
 * {@code tradewind.readings}: decoded, checked, in canonical units.
 *
 * <table>
 * <caption>What becomes of a record</caption>
 * <tr><th>record</th><th>becomes</th></tr>
 * <tr><td>kind actual, or none</td><td>a value; it alone moves event time</td></tr>
 * <tr><td>kind estimated, or {@code isEstimated: true}</td><td>an estimate: a value that moves no time</td></tr>
 * <tr><td>kind forecast</td><td>a curve, sorted by start; of one point where it has a value and a datetime instead of points; made at {@code generatedAt}, else at the CloudEvents time</td></tr>
 * <tr><td>{@code signalType: marginal}</td><td>another series, {@code SIGNAL@marginal}, never mixed with the average</td></tr>
 * <tr><td>a known signal in another unit</td><td>converted; a price in another currency by the configured rate</td></tr>
 * <tr><td>no duration</td><td>it lasts an hour; a point takes the reading's duration, if there is one</td></tr>
 * <tr><td>a field that FORMATS doesn't know, or one given twice</td><td>a dead letter that names it (unless unknown fields are allowed)</td></tr>
 * <tr><td>a text or an infinity for a number; an unknown unit; a currency without a rate; a ratio out of range</td><td>a dead letter</td></tr>
 * <tr><td>a datetime before 2000, or too far beyond the energy clock</td><td>a dead letter</td></tr>
 * <tr><td>points that overlap; more points or bytes than the limits</td><td>a dead letter</td></tr>
 * </table>
 *
 * <p>Readings that repeat, come late or out of order are readings like any other here; what they do
 * is decided where rules are bound to them.
 */
package dev.tradewind.sources.readings;
