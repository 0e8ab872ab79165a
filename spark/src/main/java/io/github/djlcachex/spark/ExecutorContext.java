package io.github.djlcachex.spark;

import ai.djl.Device;

import java.nio.file.Path;

/** An ExecutorContext tells an {@link ExtractorFactory} what this JVM has for it. Immutable. */
public final class ExecutorContext {

    private final ModelFiles files;
    private final int gpu;
    private final int engineThreads;

    /**
     * Creates a context.
     *
     * @param gpu the number of the GPU, or -1 for none
     */
    ExecutorContext(ModelFiles files, int gpu, int engineThreads) {
        this.files = files;
        this.gpu = gpu;
        this.engineThreads = engineThreads;
    }

    /**
     * Returns where a file of {@link SparkWarmup#optModelFiles} is in this JVM.
     *
     * @param name the name of the file or folder, without its path
     * @return the path, on the driver that of the original
     * @throws io.github.djlcachex.row.InvalidOptionException if no file of that name was given
     */
    public Path file(String name) {
        return files.path(name);
    }

    /**
     * Returns the device for the model.
     *
     * @return the GPU that Spark gave to the task, by the resource {@code gpu}; else the CPU
     */
    public Device device() {
        return gpu < 0 ? Device.cpu() : Device.gpu(gpu);
    }

    /**
     * Returns how many threads the engine should use for one batch. PyTorch is told so already; a
     * model of ONNX Runtime takes it as its option {@code intraOpNumThreads}.
     *
     * @return the cores of the executor
     */
    public int engineThreads() {
        return engineThreads;
    }

    @Override
    public String toString() {
        return "ExecutorContext(" + files + ", " + device() + ", " + engineThreads + " threads)";
    }
}
