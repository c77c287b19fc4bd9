package dev.tradewind.job.ledger;

/**
 * What the ledger needs of a site.
 *
 * @param zone null: none
 * @param pue where no reading of it says otherwise
 */
public record Place(String site, String zone, double pue) {}
