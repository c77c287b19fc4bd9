/**
 * From readings to detections. The binder folds each reading into the levels of the rules that look
 * at its series and says only what changed ({@code LevelBook}, pure), the arbiter passes on what
 * counts at each site ({@code Arbitration}, pure), and one flink-cep pattern a shape makes
 * detections of it.
 */
package dev.tradewind.job.rules;
