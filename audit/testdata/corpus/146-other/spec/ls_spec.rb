require 'aws-sdk-s3'

KEY = ENV.fetch('LOCALSTACK_API_KEY', nil)
=begin
ENV['LOCALSTACK_API_KEY']
=end
ENV.delete('LOCALSTACK_API_KEY')
puts "#{ENV['LOCALSTACK_API_KEY']}"
