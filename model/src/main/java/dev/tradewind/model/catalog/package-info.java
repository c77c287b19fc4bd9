/** What operators declare, checked and in canonical units. */
package dev.tradewind.model.catalog;
