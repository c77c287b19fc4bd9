/**
 * The part from readings to detections without a cluster: the job's very graph, called directly.
 */
package dev.tradewind.job.rules.graph;
