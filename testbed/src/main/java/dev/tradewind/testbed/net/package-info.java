/** What lies between two parties of the testbed, and can be cut. */
package dev.tradewind.testbed.net;
