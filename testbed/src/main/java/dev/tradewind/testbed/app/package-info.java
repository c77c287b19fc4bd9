/**
 * The application that the testbed's pods run: a real streaming application, in this JVM instead of
 * a container.
 */
package dev.tradewind.testbed.app;
