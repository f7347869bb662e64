"""The fleet for runners that are not ours: Kubernetes resources of the Pulumi operator, matrices of GitHub Actions."""
