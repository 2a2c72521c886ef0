// Prints the resolved compose project as JSON, as `docker compose config` does: by the library that it is made of.
// Usage: compose_config FILE...   (a .env file beside the first one is read; nothing is started)
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:],
		cli.WithOsEnv, cli.WithEnvFiles(), cli.WithDotEnv, cli.WithConfigFileEnv, cli.WithDefaultProfiles(), cli.WithInterpolation(true))
	if err == nil {
		var content []byte
		project, loading := options.LoadProject(context.Background())
		if err = loading; err == nil {
			if content, err = project.MarshalJSON(); err == nil {
				fmt.Println(string(content))
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
