package dev.tradewind.job.topology;

import dev.tradewind.job.placement.ProbePort;
import dev.tradewind.job.placement.RecoveryPort;
import dev.tradewind.job.placement.Word;
import dev.tradewind.sources.catalog.CatalogNews;
import dev.tradewind.sources.outcomes.OutcomeRecord;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.requests.RequestRecord;
import org.apache.flink.api.connector.source.Source;

/**
 * What the job reads.
 *
 * @param admission what admission said, see {@link WayBack}
 * @param recovery asked when the job starts without state; null: there is nothing to find
 * @param probe asked whether sites answer; null: nobody is, and none is ever lost
 */
public record Inputs(
        Source<Sample, ?, ?> readings,
        Source<RequestRecord, ?, ?> requests,
        Source<OutcomeRecord, ?, ?> outcomes,
        Source<CatalogNews, ?, ?> catalog,
        Source<Word, ?, ?> admission,
        RecoveryPort recovery,
        ProbePort probe) {}
