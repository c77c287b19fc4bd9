/** Plays scheduler and kubelet of a site, through its Kubernetes API alone. */
package dev.tradewind.testbed.agent;
