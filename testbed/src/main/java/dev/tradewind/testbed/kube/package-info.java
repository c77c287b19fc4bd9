/**
 * The Kubernetes API of a site: {@link dev.tradewind.testbed.kube.RealKubeApi real} where the
 * binaries are there, else {@link dev.tradewind.testbed.kube.EmbeddedKubeApi in this JVM}.
 */
package dev.tradewind.testbed.kube;
