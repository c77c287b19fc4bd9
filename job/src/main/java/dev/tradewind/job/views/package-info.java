/** What the flow tells placement about the energy of sites and zones. */
package dev.tradewind.job.views;
