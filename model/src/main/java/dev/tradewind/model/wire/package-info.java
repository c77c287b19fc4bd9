/** What travels on topics: stable, documented, a contract with users. */
package dev.tradewind.model.wire;
