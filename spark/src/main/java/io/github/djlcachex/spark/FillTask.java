package io.github.djlcachex.spark;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

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
        try (var lease = OpenExtractors.lease(spec, gpuOf(task.resourcesJMap()))) {
            return List.of(new FillRun(spec, lease.value(), counters, task).run(rows)).iterator();
        }
    }

    /** Returns the number of the task's first GPU, or -1 if it has none. */
    static int gpuOf(Map<String, ResourceInformation> resources) {
        ResourceInformation gpu = resources.get("gpu");
        if (gpu == null || gpu.addresses().length == 0) {
            return -1;
        }
        String address = gpu.addresses()[0];
        if (!address.matches("[0-9]{1,4}")) {
            throw new InvalidOptionException(
                    Problem.of(
                            "resource gpu of a task",
                            "the number of a GPU",
                            address,
                            "let the discovery script of Spark print indexes, as that of its"
                                    + " examples does"));
        }
        return Integer.parseInt(address);
    }
}
