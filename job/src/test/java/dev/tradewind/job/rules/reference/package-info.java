/**
 * What rules mean, a second time: the obvious implementation, which looks at a whole history at
 * once and is written from the page on rules. It shares no code with the operators, and a property
 * test holds them against it.
 */
package dev.tradewind.job.rules.reference;
