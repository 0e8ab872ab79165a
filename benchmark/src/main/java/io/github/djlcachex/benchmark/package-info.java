/** JMH benchmarks, each beside the physical limit of the same work in the same run. */
package io.github.djlcachex.benchmark;
