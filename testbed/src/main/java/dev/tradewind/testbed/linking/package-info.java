/**
 * A double of Confluent Cluster Linking's REST API v3 over real brokers: records are really copied,
 * with equal offsets; mirrors really refuse writes; a promotion really waits.
 *
 * <p>Its states and answers follow the public API description and the code of public clients; it
 * was never compared with a Confluent Server, which can't be had freely. Known differences: a write
 * to a mirror is refused with {@code TOPIC_AUTHORIZATION_FAILED} instead of {@code
 * INVALID_REQUEST}; truncate-and-restore makes the topic anew (another topic id) where it has
 * records to drop; the two sides of a link find each other within this process, not over the
 * network; source-initiated links, ACL sync and automatic mirror creation are not offered.
 */
package dev.tradewind.testbed.linking;
