/**
 * The vocabulary of Tradewind. {@code wire} is what travels on topics and is a contract with users,
 * {@code catalog} is what operators declare, in canonical units.
 *
 * <p>Every record here is also state or a message between Flink operators, so it keeps to what
 * Flink's PojoSerializer takes without Kryo: public records of strings, numbers, enums, {@link
 * java.time.Instant}, lists, maps and such records. Durations are {@code long ...Millis}; there are
 * no sealed interfaces.
 */
package dev.tradewind.model;
