package io.github.djlcachex.spark;

import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A FillTask computes what a partition lacks, and returns once it is on disk. */
final class FillTask implements FlatMapFunction<Iterator<Row>, TaskReport> {

    private static final long serialVersionUID = 1L;

    private final FillSpec spec;
    private final FillCounters counters;

    FillTask(FillSpec spec, FillCounters counters) {
        this.spec = spec;
        this.counters = counters;
    }

    @Override
    public Iterator<TaskReport> call(Iterator<Row> rows) throws InterruptedException {
        TaskContext task = TaskContext.get();
        try (OpenExtractors.Lease lease = OpenExtractors.lease(spec, gpuOf(task))) {
            return List.of(new FillRun(spec, lease.extractor(), counters, task).run(rows))
                    .iterator();
        }
    }

    private static int gpuOf(TaskContext task) {
        Map<String, ResourceInformation> resources = task.resourcesJMap();
        ResourceInformation gpu = resources.get("gpu");
        return gpu == null || gpu.addresses().length == 0
                ? -1
                : Integer.parseInt(gpu.addresses()[0]);
    }
}
